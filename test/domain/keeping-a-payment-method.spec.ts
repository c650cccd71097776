import {
  expiresWithin,
  monthsEndingWithin,
  PAYMENT_METHOD_STATES,
  PAYMENT_METHOD_TRANSITIONS,
  PaymentMethod,
  type PaymentMethodState,
} from '../../src/domain/customer/payment-method';
import { mayFollow } from '../../src/domain/shared/transitions';
import { savedMethod, VISA } from '../support/card-samples';
import { after, DAY, MINUTE, NOON, SECOND } from '../support/samples';

const MOVES: Record<PaymentMethodState, (method: PaymentMethod) => void> = {
  detaching: (method) => {
    method.beginDetach(NOON, after(SECOND));
  },
  saved: (method) => {
    method.detachRefused(NOON);
  },
  detached: (method) => {
    method.detached(NOON, 'test');
  },
};

function methodIn(state: PaymentMethodState): PaymentMethod {
  const detachedAt = state === 'detached' ? NOON : null;
  return savedMethod({ state, detachedAt, checkDueAt: state === 'detaching' ? after(SECOND) : null });
}

const pairs = PAYMENT_METHOD_STATES.flatMap((from) => PAYMENT_METHOD_STATES.map((to) => ({ from, to })));

describe('A saved payment method', () => {
  it.each(pairs.filter(({ from, to }) => mayFollow(PAYMENT_METHOD_TRANSITIONS, from, to)))(
    'goes from $from to $to',
    ({ from, to }) => {
      const method = methodIn(from);
      MOVES[to](method);
      expect(method.state).toBe(to);
    },
  );

  it.each(
    pairs.filter(
      ({ from, to }) => !mayFollow(PAYMENT_METHOD_TRANSITIONS, from, to) && !(from === 'detached' && to === 'detached'),
    ),
  )('never goes from $from to $to', ({ from, to }) => {
    const method = methodIn(from);
    expect(() => {
      MOVES[to](method);
    }).toThrow(`pm_1: ${from} cannot become ${to}`);
    expect(method.state).toBe(from);
  });

  it('is detached once, however often that is told', () => {
    const method = savedMethod();
    method.detached(NOON, 'test');
    method.detached(after(SECOND), 'test');
    expect(method.pullEvents()).toHaveLength(1);
    expect(method.snapshot().detachedAt).toEqual(NOON);
  });

  it('is looked at once more after it was saved, and no more when that showed it', () => {
    const method = savedMethod();
    expect(method.snapshot().checkDueAt).toEqual(after(15 * SECOND));
    expect(method.shown(VISA, null, after(MINUTE))).toBe(true);
    expect(method.snapshot().checkDueAt).toBeNull();
    expect(method.shown(VISA, null, after(MINUTE))).toBe(false);
  });

  it('takes over what its bank changed', () => {
    const method = savedMethod();
    const replaced = { ...VISA, last4: '1881', expiry: { year: 2031, month: 2 } };
    expect(method.shown(replaced, null, after(MINUTE))).toBe(true);
    expect(method.snapshot()).toMatchObject({ details: replaced, updatedAt: after(MINUTE) });
  });

  it('keeps the setup by which its consent was given first', () => {
    const method = savedMethod();
    method.shown(VISA, 'set_1', NOON);
    method.shown(VISA, 'set_2', NOON);
    expect(method.snapshot().setupId).toBe('set_1');
  });

  it('is still asked about while it is being detached, whatever else is seen of it', () => {
    const method = savedMethod();
    method.beginDetach(NOON, after(MINUTE));
    method.shown({ ...VISA, last4: '1881' }, null, NOON);
    expect(method.snapshot()).toMatchObject({ state: 'detaching', checkDueAt: after(MINUTE) });
  });

  it('changes no more once it is detached', () => {
    expect(methodIn('detached').shown({ ...VISA, last4: '1881' }, 'set_9', NOON)).toBe(false);
  });
});

describe('A card that ends in December 2026', () => {
  const card = { ...VISA, expiry: { year: 2026, month: 12 } };

  it.each([
    ['2026-11-02T00:00:00Z', 60, true],
    ['2026-11-01T23:59:59Z', 60, false],
    ['2026-12-31T23:59:59Z', 1, true],
    ['2026-12-31T00:00:00Z', 0, false],
    ['2027-01-01T00:00:00Z', 0, true],
  ])('seen at %s within %d days: %s', (now, days, expected) => {
    expect(expiresWithin(card, days, new Date(now))).toBe(expected);
  });

  it('is told from a method that never ends', () => {
    expect(expiresWithin({ ...card, expiry: null }, 10_000, NOON)).toBe(false);
  });
});

describe('The months that end within so many days', () => {
  it.each([
    ['2026-11-20T12:00:00Z', 5, null],
    ['2026-11-20T12:00:00Z', 11, { first: { year: 2026, month: 11 }, last: { year: 2026, month: 11 } }],
    ['2026-11-20T12:00:00Z', 60, { first: { year: 2026, month: 11 }, last: { year: 2026, month: 12 } }],
    ['2026-12-01T00:00:00Z', 0, null],
    ['2026-12-31T23:00:00Z', 366, { first: { year: 2026, month: 12 }, last: { year: 2027, month: 12 } }],
  ])('at %s, %d', (now, days, expected) => {
    expect(monthsEndingWithin(days, new Date(now))).toEqual(expected);
  });

  it('are those that a card is said to end soon by, but for those that have ended', () => {
    const years = [2026, 2027, 2028, 2029];
    const all = years.flatMap((year) => Array.from({ length: 12 }, (_, index) => ({ year, month: index + 1 })));
    const wrong: unknown[] = [];
    for (let day = 0; day < 800; day++) {
      const now = after(day * DAY);
      const months = monthsEndingWithin(60, now);
      for (const expiry of all) {
        const details = { ...VISA, expiry };
        const isListed = months !== null && place(expiry) >= place(months.first) && place(expiry) <= place(months.last);
        const endsSoon = expiresWithin(details, 60, now) && !expiresWithin(details, 0, now);
        if (isListed !== endsSoon) wrong.push({ now, expiry, isListed });
      }
    }
    expect(wrong).toEqual([]);
  });
});

function place({ year, month }: { year: number; month: number }): number {
  return year * 12 + month;
}
