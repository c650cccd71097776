import fc from 'fast-check';
import type { IntentObservation } from '../../src/domain/payment/intent-observation';
import { Payment } from '../../src/domain/payment/payment';
import type { PaymentStatus } from '../../src/domain/payment/payment-status';
import {
  after,
  CHALLENGE,
  declinedBy,
  money,
  NOON,
  paid,
  paymentIn,
  reserved,
  seen,
  termsOf,
} from '../support/samples';

const types = (payment: Payment): string[] => payment.pullEvents().map(({ type }) => type);

describe('What Stripe shows', () => {
  it('changes nothing the second time', () => {
    const payment = paymentIn();
    expect(payment.observe(seen(paid()), after(1), 'first')).toBe(true);
    payment.pullEvents();
    const once = payment.snapshot();
    expect(payment.observe(seen(paid()), after(2), 'second')).toBe(false);
    expect(payment.snapshot()).toEqual(once);
    expect(types(payment)).toEqual([]);
  });

  it('is said with its cause and its amounts', () => {
    const payment = paymentIn();
    payment.observe(seen(paid()), after(1), 'event:evt_1');
    expect(payment.pullEvents()).toEqual([
      {
        type: 'payment.succeeded',
        paymentId: 'pay_1',
        at: after(1),
        cause: 'event:evt_1',
        data: { from: 'requires_payment_method', captured: 4_999, capturable: 0 },
      },
    ]);
  });

  it('settles the question that was due to be asked', () => {
    const payment = paymentIn({ refreshDueAt: NOON, clientSecret: seen().clientSecret });
    expect(payment.observe(seen(), after(1), 'test')).toBe(false);
    expect(payment.snapshot().refreshDueAt).toBeNull();
  });

  it('never takes away the client secret that is known', () => {
    const payment = paymentIn({ clientSecret: 'known' });
    payment.observe(seen({ clientSecret: null, ...paid() }), after(1), 'test');
    expect(payment.snapshot().clientSecret).toBe('known');
  });
});

describe('A decline', () => {
  it('leaves the payment to be paid another way, with the reason kept', () => {
    const payment = paymentIn({ status: 'processing' });
    payment.observe(seen(declinedBy('ch_1')), after(1), 'test');
    expect(payment.snapshot()).toMatchObject({
      status: 'requires_payment_method',
      failure: { code: 'card_declined', declineCode: 'insufficient_funds' },
    });
    expect(types(payment)).toEqual(['payment.declined', 'payment.requires_payment_method']);
  });

  it('after another one with the same words is a second decline', () => {
    const payment = paymentIn();
    payment.observe(seen(declinedBy('ch_1')), after(1), 'test');
    payment.pullEvents();
    expect(payment.observe(seen(declinedBy('ch_2')), after(2), 'test')).toBe(true);
    expect(types(payment)).toEqual(['payment.declined']);
  });

  it('seen twice is one decline', () => {
    const payment = paymentIn();
    payment.observe(seen(declinedBy('ch_1')), after(1), 'test');
    payment.observe(seen(declinedBy('ch_1')), after(2), 'test');
    expect(types(payment)).toEqual(['payment.declined']);
  });

  it('is forgotten by the payment once it is paid', () => {
    const payment = paymentIn();
    payment.observe(seen(declinedBy('ch_1')), after(1), 'test');
    payment.observe(seen(paid('ch_2')), after(2), 'test');
    expect(payment.snapshot()).toMatchObject({ status: 'succeeded', failure: null, charge: 'ch_2' });
  });
});

describe('A contradiction', () => {
  it.each<[string, Partial<IntentObservation>, string]>([
    ['another intent', { intent: 'pi_2' }, 'pi_2'],
    ['another amount', { amount: 5_000 }, '5000 gbp'],
    ['another currency', { currency: 'eur' }, '4999 eur'],
  ])('by %s keeps what is known and asks for a person', (_what, difference, named) => {
    const payment = paymentIn();
    const before = payment.snapshot();
    expect(payment.observe(seen({ ...paid(), ...difference }), after(1), 'test')).toBe(true);
    expect(payment.snapshot()).toEqual({
      ...before,
      attention: expect.stringContaining(named),
      updatedAt: after(1),
    });
    expect(types(payment)).toEqual(['payment.contradicted']);
  });

  it('is said once, however often it is seen', () => {
    const payment = paymentIn({ status: 'canceled' });
    payment.observe(seen(paid()), after(1), 'test');
    expect(payment.observe(seen(paid()), after(2), 'test')).toBe(false);
    expect(types(payment)).toEqual(['payment.contradicted']);
    expect(payment.status).toBe('canceled');
  });

  it('names the money that Stripe took for a payment that was given up here', () => {
    const payment = paymentIn({ status: 'canceled', intent: null });
    payment.observe(seen(paid()), after(1), 'test');
    expect(payment.pullEvents()[0]?.data).toMatchObject({ intent: 'pi_1', stripeStatus: 'succeeded' });
    expect(payment.snapshot().attention).not.toBeNull();
  });
});

describe('A payment of which Stripe never heard', () => {
  const unsent = (): Payment => Payment.create('pay_1', termsOf(), NOON, 'test');

  it('can be ended here', () => {
    const canceled = unsent();
    canceled.cancelUnsent('abandoned', after(1), 'expiry');
    expect(canceled.snapshot()).toMatchObject({ status: 'canceled', cancellationReason: 'abandoned' });
    expect(types(canceled)).toEqual(['payment.created', 'payment.canceled']);
    const failed = unsent();
    failed.failUnsent({ code: 'x', declineCode: null, message: 'no' }, after(1), 'test');
    expect(failed.status).toBe('failed');
  });

  it('is ended once', () => {
    const payment = unsent();
    payment.cancelUnsent('abandoned', after(1), 'expiry');
    expect(() => payment.cancelUnsent('abandoned', after(2), 'expiry')).toThrow();
    expect(() => payment.failUnsent({ code: 'x', declineCode: null, message: 'no' }, after(2), 'x')).toThrow();
  });

  it('is no longer one when its intent is known: then only Stripe ends it', () => {
    expect(() => paymentIn().cancelUnsent('abandoned', after(1), 'expiry')).toThrow('only Stripe ends');
    expect(() => paymentIn().failUnsent({ code: 'x', declineCode: null, message: 'no' }, NOON, 'x')).toThrow();
  });
});

/** What may happen to an intent; each move gives the intent as it stands after it, or null where it is not possible. */
const MOVES = {
  decline: (now, n) => (payable(now) ? { ...cleared, ...declinedBy(`ch_${String(n)}`) } : null),
  challenge: (now) => (payable(now) ? { ...cleared, ...CHALLENGE } : null),
  failChallenge: (now) =>
    now.status === 'requires_action' ? { ...cleared, ...declinedBy(null), charge: now.charge } : null,
  process: (now, n) => (payable(now) ? { ...cleared, status: 'processing', charge: `ch_${String(n)}` } : null),
  pay: (now, n) => (payable(now) || now.status === 'processing' ? { ...cleared, ...paid(`ch_${String(n)}`) } : null),
  reserve: (now, n) => (payable(now) ? { ...cleared, ...reserved(`ch_${String(n)}`) } : null),
  captureHalf: (now) =>
    now.status === 'authorized' ? { status: 'succeeded', capturable: 0, captured: Math.floor(now.amount / 2) } : null,
  cancel: (now) =>
    payable(now) || now.status === 'authorized'
      ? { status: 'canceled', capturable: 0, nextAction: null, redirectUrl: null, cancellationReason: 'abandoned' }
      : null,
} satisfies Record<string, (now: IntentObservation, n: number) => Partial<IntentObservation> | null>;

const cleared = {
  failure: null,
  failedCharge: null,
  nextAction: null,
  redirectUrl: null,
  capturable: 0,
  captured: 0,
} as const;

function payable({ status }: IntentObservation): boolean {
  return (['requires_payment_method', 'requires_confirmation', 'requires_action'] as PaymentStatus[]).includes(status);
}

function lifeOf(moves: (keyof typeof MOVES)[]): IntentObservation[] {
  const life = [seen()];
  for (const [n, name] of moves.entries()) {
    const now = life.at(-1)!;
    const change: Partial<IntentObservation> | null = MOVES[name](now, n);
    if (change !== null) life.push({ ...now, ...change });
  }
  return life;
}

const lives = fc.array(fc.constantFrom(...(Object.keys(MOVES) as (keyof typeof MOVES)[])), { maxLength: 12 });

describe('The life of an intent at Stripe', () => {
  it('ends the same here, however many of its moments were looked at, and how often', () => {
    fc.assert(
      fc.property(lives, fc.array(fc.nat(3), { minLength: 13, maxLength: 13 }), (moves, looks) => {
        const life = lifeOf(moves);
        const payment = Payment.create('pay_1', termsOf({ money: money(4_999) }), NOON, 'test');
        for (const [moment, shown] of life.entries()) {
          for (let look = 0; look < looks[moment]!; look++) payment.observe(shown, after(moment), 'test');
        }
        const end = life.at(-1)!;
        payment.observe(end, after(99), 'test');
        const { intent, status, captured, capturable, charge, failure } = end;
        expect(payment.snapshot()).toMatchObject({ intent, status, captured, capturable, charge, failure });
        expect(payment.snapshot().attention).toBeNull();
        expect(payment.observe(end, after(100), 'test')).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is never left once it is over, whatever is shown afterwards', () => {
    const over = fc.constantFrom<PaymentStatus>('succeeded', 'canceled', 'failed');
    fc.assert(
      fc.property(over, lives, (status, moves) => {
        const payment = paymentIn({ status, captured: status === 'succeeded' ? 4_999 : 0 });
        for (const shown of lifeOf(moves)) payment.observe(shown, after(1), 'test');
        expect(payment.status).toBe(status);
      }),
    );
  });
});
