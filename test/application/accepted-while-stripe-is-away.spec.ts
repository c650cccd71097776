import type { PaymentResult } from '../../src/application/payment/answer-once';
import { CashDesk, kindOf } from '../support/fakes/cash-desk';
import { after, DAY, HOUR, MINUTE, SECOND } from '../support/samples';

const AWAY = { message: 'Stripe did not answer for a while.', because: 'unavailable', retryAfter: 4 } as const;

let desk: CashDesk;
beforeEach(() => {
  desk = new CashDesk();
});

const accept = (key = 'key-1'): Promise<PaymentResult> => desk.create(key, { deferrable: true });
const back = () => (desk.stripe.paused = null);

describe('While Stripe is known to be away', () => {
  beforeEach(() => {
    desk.stripe.paused = AWAY;
  });

  it('a new payment is refused before anything is stored, and told when to come back', async () => {
    expect(await desk.charge('key-1')).toEqual({ ok: false, error: { kind: 'stripe_away', retryAfter: 4 } });
    expect(kindOf(await desk.create('key-2'))).toBe('stripe_away');
    expect([desk.store.tables.payments.size, desk.attempts, desk.stripe.calls]).toEqual([0, [], []]);
  });

  it('the same key passes when Stripe is back, and charges once', async () => {
    await desk.charge('key-1');
    back();
    expect(kindOf(await desk.charge('key-1'))).toBe('done');
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it('what was answered before is answered again', async () => {
    back();
    const first = await desk.charge('key-1');
    desk.stripe.paused = AWAY;
    expect(await desk.charge('key-1')).toEqual(first);
  });

  it('an operation on a payment is not sent, and may be repeated with its key', async () => {
    back();
    await desk.create('key-1');
    desk.stripe.paused = AWAY;
    const refused = await desk.confirm(desk.payment.id, 'key-2');
    expect(refused).toMatchObject({ ok: true, value: { kind: 'unreachable', retryAfter: 4 } });
    back();
    expect(kindOf(await desk.confirm(desk.payment.id, 'key-2'))).toBe('done');
    expect(desk.stripe.calls.map(({ operation }) => operation)).toEqual(['create', 'confirm']);
  });
});

describe('A payment that nobody waits for', () => {
  it('is accepted while Stripe is away, and made at Stripe once, when it is back', async () => {
    desk.stripe.paused = AWAY;
    const accepted = await accept();
    expect(accepted).toMatchObject({
      ok: true,
      value: { kind: 'unreachable', deferred: true, payment: { status: 'requires_payment_method' } },
    });
    for (let n = 0; n < 10; n++) await desk.letTimePass(10 * SECOND);
    expect([desk.payment.intent, desk.stripe.calls]).toEqual([null, []]);
    back();
    await desk.letTimePass(30 * SECOND);
    expect(desk.payment.intent).toBe('pi_1');
    await desk.letTimePass(HOUR);
    expect([desk.stripe.calls.length, desk.attempts.length]).toEqual([1, 1]);
  });

  it('its key tells the truth at any time', async () => {
    desk.stripe.strike('refused');
    expect(kindOf(await accept())).toBe('unreachable');
    desk.stripe.paused = AWAY;
    expect(await accept()).toMatchObject({ ok: true, value: { deferred: true } });
    back();
    await desk.letTimePass(MINUTE);
    expect(await accept()).toMatchObject({ ok: true, value: { kind: 'done', payment: { id: desk.payment.id } } });
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it('a repeat of its key may be faster than the sweeper', async () => {
    desk.stripe.strike('refused');
    await accept();
    expect(kindOf(await accept())).toBe('done');
    await desk.letTimePass(HOUR);
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it('that is lost on the way then is found out as any other', async () => {
    desk.stripe.strike('refused', 'lost_after');
    await accept();
    await desk.letTimePass(30 * SECOND);
    await desk.letTimePass(MINUTE);
    expect([desk.payment.intent, desk.stripe.intents.size]).toEqual(['pi_1', 1]);
  });

  it('is not made at Stripe after its expiry, and ends', async () => {
    desk.stripe.paused = AWAY;
    await desk.create('key-1', { deferrable: true, expiresAt: after(HOUR) });
    await desk.letTimePass(30 * MINUTE);
    back();
    await desk.letTimePass(31 * MINUTE);
    await desk.letTimePass(MINUTE);
    expect([desk.payment.status, desk.payment.cancellationReason]).toEqual(['canceled', 'expired']);
    await desk.letTimePass(DAY);
    expect(desk.stripe.calls).toEqual([]);
  });

  it('keeps its reference: a second click makes no second payment, and ends none', async () => {
    desk.stripe.paused = AWAY;
    await accept();
    back();
    expect(await desk.charge('key-2')).toMatchObject({ ok: false, error: { kind: 'reference_taken' } });
    await desk.letTimePass(MINUTE);
    expect(desk.payment.intent).toBe('pi_1');
  });

  it('may be canceled before it was made', async () => {
    desk.stripe.paused = AWAY;
    await accept();
    expect(kindOf(await desk.cancel(desk.payment.id, 'key-2'))).toBe('done');
    back();
    await desk.letTimePass(HOUR);
    expect([desk.payment.status, desk.stripe.calls]).toEqual(['canceled', []]);
  });

  it('is an ordinary one when it is charged at once', async () => {
    desk.stripe.strike('refused');
    const given = { paymentMethod: 'pm_card_visa', confirm: true, deferrable: true };
    const refused = await desk.create('key-1', given);
    expect(refused).toMatchObject({ ok: true, value: { kind: 'unreachable' } });
    expect(refused).not.toHaveProperty('value.deferred');
    await desk.letTimePass(HOUR);
    expect(desk.stripe.calls).toEqual([]);
  });
});
