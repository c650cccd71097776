import { Setup, SETUP_STATUSES, SETUP_TRANSITIONS } from '../../src/domain/customer/setup';
import { backoff, pauseWhileAway } from '../../src/domain/shared/backoff';
import { mayFollow } from '../../src/domain/shared/transitions';
import { begunSetup, CONSENT, seenSetup } from '../support/card-samples';
import { after, HOUR, NOON, SECOND } from '../support/samples';

const DECLINE = { code: 'card_declined', declineCode: 'insufficient_funds', field: null };

const pairs = SETUP_STATUSES.flatMap((from) =>
  SETUP_STATUSES.filter((to) => to !== 'failed').map((to) => ({ from, to: to })),
);

describe('A setup', () => {
  it.each(pairs.filter(({ from, to }) => mayFollow(SETUP_TRANSITIONS, from, to)))(
    'that is $from becomes $to when Stripe shows that',
    ({ from, to }) => {
      const setup = begunSetup({ status: from, setupIntent: 'seti_1', clientSecret: 'another' });
      expect(setup.observe(seenSetup({ status: to }), after(SECOND), 'test')).toBe(true);
      expect(setup.snapshot()).toMatchObject({ status: to, updatedAt: after(SECOND) });
    },
  );

  it.each(pairs.filter(({ from, to }) => from !== to && !mayFollow(SETUP_TRANSITIONS, from, to)))(
    'that is $from stays so, though an old view shows it as $to',
    ({ from, to }) => {
      const setup = begunSetup({ status: from, setupIntent: 'seti_1' });
      const before = setup.snapshot();
      expect(setup.observe(seenSetup({ status: to }), after(SECOND), 'test')).toBe(false);
      expect(setup.snapshot()).toBe(before);
    },
  );

  it('begins with the consent, of which its event keeps nothing personal', () => {
    const request = { stripeCustomer: 'cus_s', paymentMethod: null, confirm: false, returnUrl: 'https://shop.example' };
    const asked = { id: 'set_1', customerId: 'cus_1', usage: 'off_session', request, consent: CONSENT } as const;
    const setup = Setup.begin(asked, NOON, after(SECOND), 'key:key_1');
    expect(setup.snapshot()).toMatchObject({ consent: CONSENT, checkDueAt: after(SECOND) });
    expect(setup.isUnknown).toBe(true);
    const events = setup.pullEvents();
    expect(events).toMatchObject([
      { type: 'customer.setup_begun', cause: 'key:key_1', data: { textVersion: 'cards-3' } },
    ]);
    expect(JSON.stringify(events)).not.toContain('192.0.2.17');
    expect(JSON.stringify(events)).not.toContain('shop.example');
  });

  it('keeps no client secret when it is over', () => {
    const setup = begunSetup();
    setup.observe(seenSetup({ status: 'requires_action', redirectUrl: 'https://bank.example' }), NOON, 'test');
    expect(setup.snapshot()).toMatchObject({ clientSecret: 'seti_1_secret_1', redirectUrl: 'https://bank.example' });
    setup.observe(seenSetup({ status: 'succeeded' }), NOON, 'test');
    expect(setup.snapshot()).toMatchObject({ clientSecret: null, redirectUrl: null, nextAction: null });
    expect(setup.observe(seenSetup({ status: 'succeeded' }), after(SECOND), 'test')).toBe(false);
  });

  it('tells of each failure once', () => {
    const setup = begunSetup();
    const declined = seenSetup({ status: 'requires_payment_method', failure: DECLINE });
    setup.observe(declined, NOON, 'test');
    setup.observe(declined, after(SECOND), 'test');
    setup.observe({ ...declined, paymentMethod: 'pm_2' }, after(SECOND), 'test');
    expect(setup.pullEvents()).toMatchObject([
      { type: 'customer.setup_failed', data: { code: 'card_declined', declineCode: 'insufficient_funds' } },
    ]);
  });

  it('is one intent of Stripe, and never another', () => {
    const setup = begunSetup({ setupIntent: 'seti_1' });
    expect(() => setup.observe(seenSetup({ setupIntent: 'seti_2' }), NOON, 'test')).toThrow('set_1 is seti_1');
  });

  it('that Stripe refused to make is over', () => {
    const setup = begunSetup();
    setup.refused(DECLINE, after(SECOND), 'test');
    expect(setup.snapshot()).toMatchObject({ status: 'failed', failure: DECLINE, checkDueAt: null });
    expect([setup.isFinal, setup.isUnknown]).toEqual([true, false]);
  });

  it('that Stripe knows is ended by Stripe alone', () => {
    const setup = begunSetup({ setupIntent: 'seti_1' });
    expect(() => {
      setup.refused(DECLINE, NOON, 'test');
    }).toThrow('only Stripe ends');
  });
});

describe('A setup whose answer was lost', () => {
  it('is asked about again, later each time', () => {
    const setup = begunSetup();
    const due = [1, 2, 3].map(() => {
      setup.doubtful(NOON);
      return setup.snapshot().checkDueAt;
    });
    expect(due).toEqual([0, 1, 2].map((checks) => after(backoff(checks, setup.id))));
  });

  it('is no longer in doubt once Stripe has shown it', () => {
    const setup = begunSetup();
    setup.doubtful(NOON);
    setup.observe(seenSetup({ status: 'requires_action' }), NOON, 'test');
    const { checkDueAt } = setup.snapshot();
    setup.doubtful(NOON);
    expect(setup.snapshot()).toMatchObject({ checkDueAt, checks: 0 });
    expect(() => {
      setup.takeUp(NOON);
    }).toThrow('it is known');
  });

  it('that never left waits for whoever asked, until Stripe no longer keeps its key', () => {
    const setup = begunSetup();
    setup.neverReached(NOON);
    expect(setup.snapshot().checkDueAt).toEqual(after(23 * HOUR));
    setup.takeUp(after(HOUR));
    setup.neverReached(after(HOUR));
    expect(setup.snapshot()).toMatchObject({ checks: 0, checkDueAt: after(23 * HOUR) });
  });

  it('stays in doubt when only its repeat did not get through, which counts as no look', () => {
    const setup = begunSetup();
    setup.takeUp(after(30 * SECOND));
    setup.neverReached(after(HOUR));
    expect(setup.snapshot()).toMatchObject({ checks: 1, checkDueAt: after(pauseWhileAway(setup.id), after(HOUR)) });
  });

  it.each<[string, (setup: Setup, now: Date) => void]>([
    ['is not found', (setup, now) => setup.doubtful(now)],
    ['cannot be asked about', (setup, now) => setup.unasked(now)],
  ])('and that %s for more than an hour is listed for a person, once, until it is known', (_what, look) => {
    const setup = begunSetup();
    setup.pullEvents();
    look(setup, after(HOUR));
    expect(setup.snapshot().handedOverAt).toBeNull();
    look(setup, after(HOUR + SECOND));
    look(setup, after(2 * HOUR));
    expect(setup.snapshot()).toMatchObject({ handedOverAt: after(HOUR + SECOND) });
    expect(setup.pullEvents().map(({ type }) => type)).toEqual(['customer.setup_needs_person']);
    setup.observe(seenSetup(), after(3 * HOUR), 'test');
    expect(setup.snapshot()).toMatchObject({ handedOverAt: null, handedOverReason: null });
  });
});

describe('A setup that Stripe shows as open', () => {
  const open = () => {
    const setup = begunSetup();
    setup.observe(seenSetup({ status: 'requires_action' }), NOON, 'test');
    return setup;
  };

  it('is looked at after as long again as it has been open, until it is a day old', () => {
    const setup = open();
    const looks: number[] = [];
    for (let due = setup.snapshot().checkDueAt; due !== null; due = setup.snapshot().checkDueAt) {
      looks.push((due.getTime() - NOON.getTime()) / SECOND);
      expect(setup.lookedAt(due)).toBe(true);
    }
    expect(looks).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_840, 7_680, 15_360, 30_720, 61_440, 86_400]);
  });

  it('is looked at no earlier and no later for the events that come', () => {
    const setup = open();
    expect(setup.observe(seenSetup({ status: 'requires_action' }), after(20 * SECOND), 'test')).toBe(false);
    setup.observe(seenSetup({ status: 'requires_payment_method' }), after(20 * SECOND), 'test');
    expect(setup.snapshot().checkDueAt).toEqual(after(30 * SECOND));
  });

  it.each(['succeeded', 'canceled'] as const)('is looked at no more when it is %s', (status) => {
    const setup = open();
    setup.observe(seenSetup({ status }), after(SECOND), 'test');
    expect([setup.snapshot().checkDueAt, setup.lookedAt(after(SECOND))]).toEqual([null, false]);
  });

  it('is another matter while it is not known at Stripe', () => {
    const setup = begunSetup();
    const before = setup.snapshot();
    expect([setup.lookedAt(after(SECOND)), setup.snapshot()]).toEqual([false, before]);
  });
});
