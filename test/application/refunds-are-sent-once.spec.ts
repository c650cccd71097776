import { RefundDesk } from '../support/fakes/refund-desk';
import { DAY, HOUR, MINUTE } from '../support/samples';

let desk: RefundDesk;
beforeEach(() => {
  desk = new RefundDesk();
});

const keys = () => new Set(desk.stripe.calls.map(({ key }) => key)).size;
const made = () => [...desk.stripe.refunds.values()].flat();

describe('A refund that is sent', () => {
  it('succeeds, with a fact for the ledger', async () => {
    const refund = await desk.execute(await desk.paid());
    expect(refund.snapshot()).toMatchObject({ status: 'succeeded', stripeRefund: 're_1', nextCheckAt: null });
    expect(desk.facts).toEqual(['refund_succeeded 1000']);
    expect(desk.cash.store.tables.facts).toMatchObject([{ subject: refund.id, cause: `refund:${refund.id}` }]);
  });

  it.each(['pending', 'requires_action'] as const)('is %s until Stripe says more', async (status) => {
    const payment = await desk.paid();
    desk.stripe.next = { status, pendingReason: status === 'pending' ? 'processing' : null };
    await desk.execute(payment);
    expect([desk.one.status, desk.facts]).toEqual([status, []]);
    desk.stripe.set(payment.intent!, { refund: 're_1', status: 'succeeded' });
    await desk.webhook(payment);
    expect([desk.one.status, desk.facts]).toEqual(['succeeded', ['refund_succeeded 1000']]);
  });

  it('that waits is found out without any event', async () => {
    const payment = await desk.paid();
    desk.stripe.next = { status: 'pending', pendingReason: 'processing' };
    await desk.execute(payment);
    desk.stripe.set(payment.intent!, { refund: 're_1', status: 'canceled', failureReason: 'merchant_request' });
    await desk.letTimePass(HOUR);
    expect(desk.one.status).toBe('pending');
    await desk.letTimePass(6 * HOUR);
    expect(desk.one).toMatchObject({ status: 'canceled', failure: { code: 'merchant_request' } });
  });

  it('that Stripe refuses is failed with the code, and releases what it held', async () => {
    const payment = await desk.paid();
    desk.stripe.refusing = 'charge_disputed';
    await desk.execute(payment, 4_999);
    expect(desk.one).toMatchObject({ status: 'failed', stripeRefund: null, failure: { code: 'charge_disputed' } });
    expect(desk.facts).toEqual([]);
    desk.stripe.refusing = null;
    expect((await desk.execute(payment, 4_999)).status).toBe('succeeded');
  });

  it('is not taken back by its own answer when an event was faster', async () => {
    const payment = await desk.paid();
    desk.stripe.beforeAnswer = async (intent) => {
      desk.stripe.set(intent, { refund: 're_1', status: 'failed', failureReason: 'declined' });
      await desk.webhook(payment);
    };
    await desk.execute(payment);
    expect(desk.one).toMatchObject({ status: 'failed', failure: { code: 'declined' } });
    expect(desk.facts).toEqual([]);
  });
});

describe('A refund whose answer was lost', () => {
  it('that was made is found in the list and adopted', async () => {
    desk.stripe.strike('lost_after');
    const refund = await desk.execute(await desk.paid());
    expect(refund.status).toBe('unknown');
    await desk.letTimePass(MINUTE);
    expect(desk.one).toMatchObject({ status: 'succeeded', stripeRefund: 're_1', doubt: null });
    expect([desk.stripe.calls.length, made().length]).toEqual([1, 1]);
    expect(desk.facts).toEqual(['refund_succeeded 1000']);
  });

  it('that was never made is made by the very same request', async () => {
    desk.stripe.strike('lost_before');
    await desk.execute(await desk.paid());
    await desk.letTimePass(MINUTE);
    expect(desk.one).toMatchObject({ status: 'succeeded', stripeRefund: 're_1' });
    expect([keys(), made().length]).toEqual([1, 1]);
  });

  it('ends as Stripe refuses the repeat', async () => {
    desk.stripe.strike('lost_before');
    await desk.execute(await desk.paid());
    desk.stripe.refusing = 'charge_already_refunded';
    await desk.letTimePass(MINUTE);
    expect(desk.one).toMatchObject({ status: 'failed', failure: { code: 'charge_already_refunded' } });
  });

  it('that was a 500 with its effect is found in the list, and never repeated', async () => {
    desk.stripe.strike('stored_500_after');
    await desk.execute(await desk.paid());
    expect(desk.one).toMatchObject({ status: 'unknown', doubt: 'server_error' });
    await desk.letTimePass(MINUTE);
    expect([desk.one.status, desk.stripe.calls.length]).toEqual(['succeeded', 1]);
  });

  it('that was a 500 without an effect is never failed: a person is asked after an hour', async () => {
    desk.stripe.strike('stored_500');
    await desk.execute(await desk.paid());
    await desk.letTimePass(30 * MINUTE);
    expect(desk.one).toMatchObject({ status: 'unknown', attention: null });
    await desk.letTimePass(31 * MINUTE);
    expect(desk.one).toMatchObject({ status: 'unknown', attention: expect.stringContaining('could not be found out') });
    await desk.letTimePass(30 * DAY);
    expect([desk.one.status, desk.stripe.calls.length]).toEqual(['unknown', 1]);
    expect(desk.events.filter((type) => type === 'refund.handed_over')).toHaveLength(1);
  });

  it('is repeated for 23 hours only, and then for a person', async () => {
    desk.stripe.strike('lost_before');
    await desk.execute(await desk.paid());
    desk.cash.clock.move(23 * HOUR);
    await desk.letTimePass(0);
    expect(desk.stripe.calls).toEqual([]);
    expect(desk.one).toMatchObject({ status: 'unknown', attention: expect.stringContaining('Stripe') });
  });

  it('waits while Stripe does not answer, for a person in the end, and is found out when it does', async () => {
    desk.stripe.strike('lost_after');
    await desk.execute(await desk.paid());
    desk.stripe.unavailable = true;
    await desk.letTimePass(30 * MINUTE);
    expect(desk.one).toMatchObject({ status: 'unknown', attention: null });
    await desk.letTimePass(31 * MINUTE);
    expect(desk.one).toMatchObject({ status: 'unknown', attention: expect.stringContaining('could not be found out') });
    desk.stripe.unavailable = false;
    await desk.letTimePass(30 * MINUTE);
    expect(desk.one).toMatchObject({ status: 'succeeded', attention: null });
  });
});

describe('A refund whose process died', () => {
  it('before the call is sent by the sweeper once the lease is over', async () => {
    await desk.sent(await desk.paid());
    await desk.letTimePass(20_000);
    expect(desk.stripe.calls).toEqual([]);
    await desk.letTimePass(3_000);
    expect([desk.one.status, made().length]).toEqual(['succeeded', 1]);
  });

  it('after Stripe made it is adopted', async () => {
    const payment = await desk.paid();
    const refund = await desk.sent(payment);
    await desk.stripe.send(payment, refund);
    await desk.letTimePass(MINUTE);
    expect([desk.one.status, desk.stripe.calls.length]).toEqual(['succeeded', 1]);
  });

  it('is not taken for one that never left when the sleeper wakes up late', async () => {
    const payment = await desk.paid();
    const refund = await desk.sent(payment);
    desk.stripe.strike('in_use');
    await desk.letTimePass(MINUTE, 1);
    expect(desk.one.status).toBe('unknown');
    await desk.record.answer(refund, { kind: 'never_reached', message: 'No connection.' });
    expect(desk.one.status).toBe('unknown');
  });
});

describe('A refund that provably never left', () => {
  it('stays approved and is sent again under the same key', async () => {
    desk.stripe.strike('refused', 'refused');
    const refund = await desk.execute(await desk.paid());
    expect(refund.snapshot()).toMatchObject({ status: 'approved', firstSentAt: null });
    await desk.letTimePass(20_000, 1);
    expect(desk.one.status).toBe('approved');
    await desk.letTimePass(MINUTE);
    expect([desk.one.status, keys()]).toEqual(['succeeded', 1]);
  });

  it('is listed for a person when Stripe stays away for more than an hour', async () => {
    desk.stripe.strike(...Array.from({ length: 8 }, () => 'refused' as const));
    await desk.execute(await desk.paid());
    for (let n = 0; n < 7; n++) await desk.letTimePass(20 * MINUTE, 1);
    expect(desk.one).toMatchObject({ status: 'approved', attention: expect.stringContaining('for an hour') });
    await desk.letTimePass(20 * MINUTE, 2);
    expect(desk.one).toMatchObject({ status: 'succeeded', attention: null });
  });
});

it('A request that nobody decides in time is withdrawn, and what it held is free again', async () => {
  const payment = await desk.paid();
  await desk.requested(payment, 4_999);
  await desk.letTimePass(7 * DAY - 1);
  expect(desk.one.status).toBe('requested');
  await desk.letTimePass(1);
  expect(desk.one).toMatchObject({ status: 'withdrawn', decidedBy: null });
  expect(desk.events).toEqual(['refund.requested', 'refund.withdrawn']);
  expect((await desk.execute(payment, 4_999)).status).toBe('succeeded');
});
