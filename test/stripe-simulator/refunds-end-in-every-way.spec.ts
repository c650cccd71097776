import type Stripe from 'stripe';
import { confirmedPayment, failure, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

const DAY = 86_400;

describe('Refunds', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    await simulator.control.reset();
    await simulator.control.settings({ refundsAskCustomer: false, refundDelayMs: 60_000 });
  });

  async function pay(params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<string> {
    const paid = await stripe.paymentIntents.create({ ...confirmedPayment, capture_method: 'automatic', ...params });
    return paid.latest_charge as string;
  }

  async function total(): Promise<number> {
    const { balance_transactions: rows } = await simulator.control.state();
    return rows.reduce((sum, { net }) => sum + net, 0);
  }

  async function told(): Promise<string[]> {
    const { events } = await simulator.control.state();
    return events
      .map(({ type }) => type)
      .filter((type) => type.startsWith('refund.') || type.startsWith('charge.refund'));
  }

  describe('that ask the customer where the money is to go', () => {
    beforeEach(() => simulator.control.settings({ refundsAskCustomer: true }));

    async function asking(): Promise<{ charge: string; refund: Stripe.Refund }> {
      const charge = await pay();
      return { charge, refund: await stripe.refunds.create({ charge, instructions_email: 'ada@example.com' }) };
    }

    it('wait for an answer, and count as refunded meanwhile', async () => {
      const { charge, refund } = await asking();
      expect(refund).toMatchObject({
        status: 'requires_action',
        balance_transaction: expect.stringMatching(/^txn_/),
        next_action: {
          type: 'display_details',
          display_details: {
            email_sent: { email_sent_at: refund.created, email_sent_to: 'ada@example.com' },
            expires_at: refund.created + 45 * DAY,
          },
        },
      });
      expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 2_000, refunded: true });
      expect(await total()).toBe(-50);
      await simulator.control.decideRefund(refund.id, 'succeed');
      const done = await stripe.refunds.retrieve(refund.id);
      expect(done.status).toBe('succeeded');
      expect(done).not.toHaveProperty('next_action');
      expect(await total()).toBe(-50);
    });

    it('need an address to ask at', async () => {
      expect(await failure(stripe.refunds.create({ charge: await pay() }))).toMatchObject({
        statusCode: 400,
        param: 'instructions_email',
      });
    });

    it('are canceled by the merchant, who has the money again', async () => {
      const { charge, refund } = await asking();
      expect(await stripe.refunds.cancel(refund.id)).toMatchObject({
        status: 'canceled',
        failure_reason: 'merchant_request',
        failure_balance_transaction: expect.stringMatching(/^txn_/),
      });
      expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false });
      expect(await total()).toBe(1_950);
      expect(await told()).toEqual(['refund.created', 'charge.refunded', 'refund.updated', 'charge.refund.updated']);
      await simulator.control.advanceClock(46 * DAY);
      expect(await total()).toBe(1_950);
      expect((await failure(stripe.refunds.cancel(refund.id))).message).toBe('Canceling this refund is unsupported.');
    });

    it('are canceled when no answer has come for 45 days', async () => {
      const { refund } = await asking();
      await simulator.control.advanceClock(45 * DAY - 5);
      expect((await stripe.refunds.retrieve(refund.id)).status).toBe('requires_action');
      await simulator.control.advanceClock(10);
      expect((await stripe.refunds.retrieve(refund.id)).status).toBe('canceled');
      expect(await total()).toBe(1_950);
    });

    it('fail when the charge is disputed meanwhile', async () => {
      const { charge, refund } = await asking();
      expect((await simulator.control.openDispute(charge)).amount).toBe(2_000);
      expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'failed' });
    });
  });

  it('of all that are pending leave the whole charge to be disputed', async () => {
    const charge = await pay({ payment_method: 'pm_card_pendingRefund' });
    const { id } = await stripe.refunds.create({ charge });
    expect(await simulator.control.openDispute(charge)).toMatchObject({ amount: 2_000, status: 'needs_response' });
    expect(await stripe.refunds.retrieve(id)).toMatchObject({
      status: 'failed',
      failure_reason: 'charge_for_pending_refund_disputed',
    });
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false });
    expect(await total()).toBe(2_000 - 50 - 2_000 - 2_000);
  });

  it('end as the bank decides, for the reason that it gives', async () => {
    const charge = await pay();
    const { id } = await stripe.refunds.create({ charge, amount: 700 });
    await expect(simulator.control.decideRefund(id, 'cancel')).rejects.toThrow('was answered 400');
    await expect(simulator.control.decideRefund(id, 'fail', 'no reason')).rejects.toThrow('was answered 400');
    expect(await simulator.control.decideRefund(id, 'fail', 'lost_or_stolen_card')).toMatchObject({
      status: 'failed',
      failure_reason: 'lost_or_stolen_card',
    });
    expect(await total()).toBe(1_950);
    await expect(simulator.control.decideRefund(id, 'fail')).rejects.toThrow('was answered 400');
    const waiting = await pay({ payment_method: 'pm_card_pendingRefund' });
    const pending = await stripe.refunds.create({ charge: waiting });
    expect(await simulator.control.decideRefund(pending.id, 'cancel')).toMatchObject({ status: 'canceled' });
    await simulator.control.advanceClock(61);
    expect((await stripe.refunds.retrieve(pending.id)).status).toBe('canceled');
    expect((await stripe.charges.retrieve(waiting)).amount_refunded).toBe(0);
    expect(await total()).toBe(2 * 1_950);
  });
});
