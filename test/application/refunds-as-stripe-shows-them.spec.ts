import { RefundDesk } from '../support/fakes/refund-desk';
import { DAY, paid } from '../support/samples';

let desk: RefundDesk;
beforeEach(() => {
  desk = new RefundDesk();
});

describe('A refund of the dashboard', () => {
  it('is stored once, whatever tells of it and how often', async () => {
    const payment = await desk.paid();
    desk.stripe.set(payment.intent!, { refund: 're_9', amount: 2_000 });
    await Promise.all([desk.webhook(payment), desk.webhook(payment), desk.webhook(payment)]);
    expect(desk.one).toMatchObject({
      origin: 'dashboard',
      status: 'succeeded',
      stripeRefund: 're_9',
      requestedBy: null,
    });
    expect(desk.events).toEqual(['refund.mirrored', 'refund.succeeded']);
    expect(desk.facts).toEqual(['refund_succeeded 2000']);
  });

  it('leaves less to refund here', async () => {
    const payment = await desk.paid();
    desk.stripe.set(payment.intent!, { refund: 're_9', amount: 2_000 });
    await desk.webhook(payment);
    await expect(desk.sent(payment, 3_000)).rejects.toThrow('refunds_within_captured');
    expect((await desk.execute(payment, 2_999)).status).toBe('succeeded');
  });

  it('supersedes requests for which it left no room, the newest first, and keeps those that still fit', async () => {
    const payment = await desk.paid();
    const first = await desk.requested(payment, 1_000);
    desk.cash.clock.move(1_000);
    const second = await desk.requested(payment, 2_000);
    desk.cash.clock.move(1_000);
    const third = await desk.requested(payment, 1_500);
    desk.stripe.set(payment.intent!, { refund: 're_9', amount: 3_000 });
    await desk.webhook(payment);
    const states = new Map(desk.all().map(({ id, status }) => [id, status]));
    expect([first, second, third].map(({ id }) => states.get(id))).toEqual(['requested', 'superseded', 'superseded']);
    expect(desk.cash.payment.attention).toBeNull();
  });

  it('supersedes what is approved and was never sent, but never what may be at Stripe', async () => {
    const payment = await desk.paid();
    const other = await desk.paid('booking_2');
    desk.stripe.strike('refused', 'lost_before');
    const unsent = await desk.execute(payment, 4_000);
    const doubtful = await desk.execute(other, 4_000);
    for (const { intent } of [payment, other]) desk.stripe.set(intent!, { refund: `re_${intent!}`, amount: 3_000 });
    await desk.webhook(payment);
    await desk.webhook(other);
    const states = new Map(desk.all().map(({ id, status }) => [id, status]));
    expect([states.get(unsent.id), states.get(doubtful.id)]).toEqual(['superseded', 'unknown']);
    expect([...desk.cash.store.tables.payments.values()].map(({ attention }) => attention)).toEqual([null, null]);
  });

  it('that exceeds what was captured is stored, and the payment is listed for a person', async () => {
    const payment = await desk.paid();
    await desk.execute(payment, 4_000);
    desk.stripe.set(payment.intent!, { refund: 're_9', amount: 1_500 });
    await desk.webhook(payment);
    await desk.webhook(payment);
    expect(desk.all().map(({ money }) => money.amount)).toEqual([4_000, 1_500]);
    expect(desk.cash.payment.attention).toBe('Stripe shows refunds of 55.00 GBP where 49.99 GBP was captured');
    expect(desk.cash.events.filter((type) => type === 'payment.contradicted')).toHaveLength(1);
  });

  it('of a payment whose success was not told yet is stored with it', async () => {
    const result = await desk.cash.create('key');
    if (!result.ok) throw new Error(result.error.kind);
    const [intent] = desk.cash.stripe.intents.keys();
    desk.cash.stripe.set(intent!, paid());
    desk.stripe.set(intent!, { refund: 're_9', amount: 4_999 });
    expect(await desk.refresh.execute({ intent: intent!, cause: 'event:evt_1' })).toBe(result.value.payment.id);
    expect([desk.cash.payment.status, desk.cash.payment.attention, desk.one.status]).toEqual([
      'succeeded',
      null,
      'succeeded',
    ]);
  });

  it('of an intent that is not ours is none of ours', async () => {
    expect(await desk.refresh.execute({ intent: 'pi_foreign', cause: 'event:evt_1' })).toBeNull();
  });

  it('with our id and another amount is one of its own', async () => {
    const payment = await desk.paid();
    desk.stripe.strike('lost_before');
    const refund = await desk.execute(payment, 1_000);
    desk.stripe.set(payment.intent!, { refund: 're_9', refundId: refund.id, amount: 999 });
    await desk.webhook(payment);
    expect(desk.all().map(({ origin, status }) => `${origin} ${status}`)).toEqual([
      'api unknown',
      'dashboard succeeded',
    ]);
  });
});

describe('A refund that fails days after it succeeded', () => {
  it('is reversed for the ledger, and its money can be refunded again', async () => {
    const payment = await desk.paid();
    await desk.execute(payment, 4_999);
    desk.cash.clock.move(5 * DAY);
    desk.stripe.set(payment.intent!, { refund: 're_1', status: 'failed', failureReason: 'expired_or_canceled_card' });
    await desk.webhook(payment);
    await desk.webhook(payment);
    expect(desk.one).toMatchObject({ status: 'failed', failure: { code: 'expired_or_canceled_card' } });
    expect(desk.facts).toEqual(['refund_succeeded 4999', 'refund_reversed 4999']);
    expect((await desk.execute(payment, 4_999)).status).toBe('succeeded');
  });

  it('is not brought back by a view from before', async () => {
    const payment = await desk.paid();
    await desk.execute(payment);
    desk.stripe.beforeList = async (intent) => {
      desk.stripe.beforeList = () => Promise.resolve();
      desk.stripe.set(intent, { refund: 're_1', status: 'failed', failureReason: 'declined' });
      await desk.webhook(payment);
    };
    await desk.webhook(payment);
    expect(desk.one).toMatchObject({ status: 'failed', attention: null });
    expect(desk.facts).toEqual(['refund_succeeded 1000', 'refund_reversed 1000']);
  });

  it('and that Stripe shows as succeeded again is listed for a person', async () => {
    const payment = await desk.paid();
    await desk.execute(payment);
    desk.stripe.set(payment.intent!, { refund: 're_1', status: 'failed' });
    await desk.webhook(payment);
    desk.stripe.set(payment.intent!, { refund: 're_1', status: 'succeeded' });
    await desk.webhook(payment);
    expect(desk.one).toMatchObject({ status: 'failed', attention: expect.stringContaining('cannot follow failed') });
  });
});

describe('A released authorization is no refund', () => {
  it('when it expired, when nothing was captured, or when it is the rest of a partial capture', async () => {
    const payment = await desk.paid();
    desk.stripe.set(payment.intent!, { refund: 're_8', reason: 'expired_uncaptured_charge' });
    await desk.webhook(payment);
    expect(desk.all()).toEqual([]);
    const held = await desk.cash.charge('held', 'pm_card_visa', { reference: 'held', captureMethod: 'manual' });
    if (!held.ok) throw new Error(held.error.kind);
    await desk.cash.capture(held.value.payment.id, 'capture', 3_000);
    const partly = (await desk.cash.payments.find(held.value.payment.id))!;
    desk.stripe.set(partly.intent!, { refund: 're_9', amount: 1_999, balanceTransaction: null });
    await desk.webhook(partly);
    expect(desk.all()).toEqual([]);
    desk.stripe.set(partly.intent!, { refund: 're_9', amount: 1_999, balanceTransaction: 'txn_9' });
    await desk.webhook(partly);
    expect(desk.one).toMatchObject({ stripeRefund: 're_9', origin: 'dashboard' });
  });
});
