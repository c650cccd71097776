import type Stripe from 'stripe';
import {
  confirmedPayment,
  eventually,
  failure,
  simulatorUnderTest,
  type SimulatorUnderTest,
} from './simulator-under-test';

const DAY = 86_400;

describe('What goes back, as time passes', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    await simulator.control.reset();
    // Nothing happens by itself until the test moves the clock.
    const later = 60_000;
    await simulator.control.settings({
      settlementDelayMs: later,
      refundDelayMs: later,
      refundFailureDelayMs: later,
      disputeDelayMs: later,
      disputeReviewMs: later,
    });
  });

  async function pay(params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<string> {
    const paid = await stripe.paymentIntents.create({ ...confirmedPayment, capture_method: 'automatic', ...params });
    return paid.latest_charge as string;
  }

  /** The types of all events, the oldest first. */
  async function told(...prefixes: string[]): Promise<string[]> {
    const { events } = await simulator.control.state();
    return events.map(({ type }) => type).filter((type) => prefixes.some((prefix) => type.startsWith(prefix)));
  }

  async function total(): Promise<number> {
    const { balance_transactions: rows } = await simulator.control.state();
    return rows.reduce((sum, { net }) => sum + net, 0);
  }

  describe('refunds', () => {
    it('are told of before the charge that they change', async () => {
      await stripe.refunds.create({ charge: await pay(), amount: 500 });
      expect(await told('refund', 'charge.refund')).toEqual(['refund.created', 'charge.refunded']);
    });

    it('take their money while they are pending, and tell when they have succeeded', async () => {
      const charge = await pay({ payment_method: 'pm_card_pendingRefund' });
      const refund = await stripe.refunds.create({ charge });
      expect(refund).toMatchObject({
        status: 'pending',
        pending_reason: 'processing',
        balance_transaction: expect.stringMatching(/^txn_/),
        destination_details: { card: { type: 'pending' } },
      });
      expect(await total()).toBe(-50);
      await simulator.control.advanceClock(61);
      const done = await stripe.refunds.retrieve(refund.id);
      expect(done).toMatchObject({ status: 'succeeded', destination_details: { card: { type: 'refund' } } });
      expect(done).not.toHaveProperty('pending_reason');
      const { data } = await stripe.events.list({ type: 'refund.updated' });
      expect(data[0]?.data.previous_attributes).toMatchObject({ status: 'pending', pending_reason: 'processing' });
      expect(await told('refund.', 'charge.refund')).toEqual([
        'refund.created',
        'charge.refunded',
        'refund.updated',
        'charge.refund.updated',
      ]);
    });

    it('that fail bring back exactly what they took, and make the charge refundable again', async () => {
      const charge = await pay({ payment_method: 'pm_card_refundFail' });
      const refund = await stripe.refunds.create({ charge });
      expect(refund.status).toBe('succeeded');
      await simulator.control.advanceClock(61);
      expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
        status: 'failed',
        failure_reason: 'expired_or_canceled_card',
        failure_balance_transaction: expect.stringMatching(/^txn_/),
      });
      expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false });
      expect(await total()).toBe(1_950);
      expect(await told('refund.', 'charge.refund')).toEqual([
        'refund.created',
        'charge.refunded',
        'refund.updated',
        'charge.refund.updated',
        'refund.failed',
      ]);
      expect((await stripe.refunds.create({ charge, amount: 2_000 })).status).toBe('succeeded');
    });

    it('of a charge that is not on the balance yet wait for it', async () => {
      const charge = await pay({ capture_method: 'automatic_async' });
      const refund = await stripe.refunds.create({ charge, amount: 700 });
      expect(refund).toMatchObject({ status: 'succeeded', balance_transaction: null });
      expect((await stripe.charges.retrieve(charge)).amount_refunded).toBe(700);
      expect(await total()).toBe(0);
      await simulator.control.advanceClock(61);
      const booked = await stripe.refunds.retrieve(refund.id, { expand: ['balance_transaction'] });
      expect(booked.balance_transaction).toMatchObject({ amount: -700, type: 'refund' });
      expect(await total()).toBe(2_000 - 50 - 700);
      const { data } = await stripe.events.list({ type: 'refund.updated' });
      expect(data[0]?.data.previous_attributes).toEqual({ balance_transaction: null });
    });

    it('of money that is still to come are taken from what comes', async () => {
      await stripe.refunds.create({ charge: await pay(), amount: 500 });
      const { available, pending } = await stripe.balance.retrieve();
      expect(available).toMatchObject([{ currency: 'gbp', amount: 0 }]);
      expect(pending).toMatchObject([{ currency: 'gbp', amount: 1_450, source_types: { card: 1_450 } }]);
      await simulator.control.advanceClock(2 * DAY);
      const after = await stripe.balance.retrieve();
      expect(after.available).toMatchObject([{ amount: 1_450 }]);
      expect(after.pending).toMatchObject([{ amount: 0 }]);
    });

    it('that are pending fail when the charge is disputed meanwhile', async () => {
      const charge = await pay({ payment_method: 'pm_card_pendingRefund' });
      const { id } = await stripe.refunds.create({ charge, amount: 600 });
      expect((await simulator.control.openDispute(charge)).amount).toBe(2_000);
      expect(await stripe.refunds.retrieve(id)).toMatchObject({
        status: 'failed',
        failure_reason: 'charge_for_pending_refund_disputed',
      });
      await simulator.control.advanceClock(61);
      expect((await stripe.refunds.retrieve(id)).status).toBe('failed');
    });

    it('get the reference of the bank where that is set', async () => {
      await simulator.control.settings({ refundReferenceDelayMs: 120_000 });
      const { id } = await stripe.refunds.create({ charge: await pay() });
      await simulator.control.advanceClock(119);
      expect((await stripe.refunds.retrieve(id)).destination_details?.card).toEqual({
        reference_status: 'pending',
        reference_type: 'acquirer_reference_number',
        type: 'refund',
      });
      await simulator.control.advanceClock(2);
      expect((await stripe.refunds.retrieve(id)).destination_details?.card).toEqual({
        reference: expect.stringMatching(/^7\d{22}$/),
        reference_status: 'available',
        reference_type: 'acquirer_reference_number',
        type: 'refund',
      });
      expect(await told('refund.')).toEqual(['refund.created', 'refund.updated']);
    });

    it('twenty at once of more than half leave one', async () => {
      const charge = await pay();
      const attempts = await Promise.allSettled(
        Array.from({ length: 20 }, () => stripe.refunds.create({ charge, amount: 1_200 })),
      );
      expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await stripe.charges.retrieve(charge)).amount_refunded).toBe(1_200);
    });
  });

  describe('disputes', () => {
    it('come after the set time, between no other events of their charge', async () => {
      const charge = await pay({ payment_method: 'pm_card_createDispute' });
      expect((await stripe.disputes.list({ charge })).data).toEqual([]);
      await simulator.control.advanceClock(61);
      expect((await stripe.disputes.list({ charge })).data).toMatchObject([{ reason: 'fraudulent', amount: 2_000 }]);
      expect(await told('charge.')).toEqual([
        'charge.succeeded',
        'charge.dispute.created',
        'charge.dispute.funds_withdrawn',
      ]);
    });

    it('do not come for what was refunded before', async () => {
      const charge = await pay({ payment_method: 'pm_card_createDispute' });
      await stripe.refunds.create({ charge });
      await simulator.control.advanceClock(61);
      expect((await stripe.disputes.list({ charge })).data).toEqual([]);
    });

    it('can be several for one charge, each with its own amount', async () => {
      const charge = await pay();
      const first = await simulator.control.openDispute(charge, { amount: 500, reason: 'duplicate' });
      const second = await simulator.control.openDispute(charge, { amount: 300, reason: 'product_unacceptable' });
      const { data } = await stripe.disputes.list({ charge });
      expect(data.map(({ id, amount, reason }) => [id, amount, reason])).toEqual([
        [second.id, 300, 'product_unacceptable'],
        [first.id, 500, 'duplicate'],
      ]);
      expect(await total()).toBe(2_000 - 50 - 500 - 300 - 2 * 2_000);
      await simulator.control.decideDispute(first.id, 'win');
      expect(await failure(stripe.refunds.create({ charge, amount: 100 }))).toMatchObject({ code: 'charge_disputed' });
    });

    it('take no more together than was captured', async () => {
      const charge = await pay();
      const first = await simulator.control.openDispute(charge, { amount: 1_500 });
      for (const amount of [501, 10.5]) {
        await expect(simulator.control.openDispute(charge, { amount })).rejects.toThrow('was answered 400');
      }
      expect((await simulator.control.openDispute(charge)).amount).toBe(500);
      await expect(simulator.control.openDispute(charge)).rejects.toThrow('was answered 400');
      await simulator.control.decideDispute(first.id, 'win');
      expect((await simulator.control.openDispute(charge)).amount).toBe(1_500);
    });

    it('are lost when nobody answers by the due date', async () => {
      const dispute = await simulator.control.openDispute(await pay());
      const due = dispute.evidence_details.due_by ?? 0;
      expect(due % DAY).toBe(DAY - 1);
      await simulator.control.advanceClock(due - (await simulator.control.advanceClock(0)).now - 1);
      expect((await stripe.disputes.retrieve(dispute.id)).status).toBe('needs_response');
      await simulator.control.advanceClock(3);
      expect((await stripe.disputes.retrieve(dispute.id)).status).toBe('lost');
      expect(await told('charge.dispute')).toEqual([
        'charge.dispute.created',
        'charge.dispute.funds_withdrawn',
        'charge.dispute.closed',
      ]);
    });

    it('that were answered in time stay under review', async () => {
      const dispute = await simulator.control.openDispute(await pay());
      await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'It was delivered.' } });
      await simulator.control.advanceClock(60 * DAY);
      expect((await stripe.disputes.retrieve(dispute.id)).status).toBe('under_review');
    });

    it('that are won return the amount, and the fee only where the setting says so', async () => {
      const kept = await simulator.control.openDispute(await pay());
      const won = await simulator.control.decideDispute(kept.id, 'win');
      expect(won.balance_transactions.map(({ amount, fee, net }) => [amount, fee, net])).toEqual([
        [-2_000, 2_000, -4_000],
        [2_000, 0, 2_000],
      ]);
      await simulator.control.settings({ disputeFee: 1_500, disputeFeeReturned: true });
      const given = await simulator.control.openDispute(await pay());
      expect((await simulator.control.decideDispute(given.id, 'win')).balance_transactions).toMatchObject([
        { amount: -2_000, fee: 1_500, net: -3_500 },
        { amount: 2_000, fee: -1_500, net: 3_500 },
      ]);
      expect(await told('charge.dispute')).toEqual([
        'charge.dispute.created',
        'charge.dispute.funds_withdrawn',
        'charge.dispute.funds_reinstated',
        'charge.dispute.closed',
        'charge.dispute.created',
        'charge.dispute.funds_withdrawn',
        'charge.dispute.funds_reinstated',
        'charge.dispute.closed',
      ]);
    });

    it('that are lost may return what was refunded before', async () => {
      await simulator.control.settings({ settlementCurrencies: ['gbp'], disputeFeeReturned: true });
      const charge = await pay({ currency: 'usd' });
      const before = await total();
      const refund = await stripe.refunds.create({ charge, amount: 501, expand: ['balance_transaction'] });
      const taken = (refund.balance_transaction as Stripe.BalanceTransaction).net;
      const dispute = await simulator.control.openDispute(charge, { amount: 2_000 });
      await expect(simulator.control.decideDispute(dispute.id, 'lose', 2_001)).rejects.toThrow('was answered 400');
      const lost = await simulator.control.decideDispute(dispute.id, 'lose', 501);
      expect(lost).toMatchObject({ status: 'lost', amount: 2_000, is_charge_refundable: false });
      expect(lost.balance_transactions.map(({ amount, fee, type }) => [amount, fee, type])).toEqual([
        [-1_500, 2_000, 'adjustment'],
        [376, 0, 'adjustment'],
      ]);
      expect(await total()).toBe(before + taken - 1_500 - 2_000 + 376);
      expect(await told('charge.dispute')).toEqual([
        'charge.dispute.created',
        'charge.dispute.funds_withdrawn',
        'charge.dispute.funds_reinstated',
        'charge.dispute.closed',
      ]);
    });

    it('cost a second fee when they are contested, which comes back with a win', async () => {
      await simulator.control.settings({ disputeCounterFee: 1_000 });
      const dispute = await simulator.control.openDispute(await pay());
      await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' } });
      const rows = await stripe.balanceTransactions.list({ source: dispute.id, type: 'adjustment', limit: 1 });
      expect(rows.data).toMatchObject([
        { amount: -1_000, net: -1_000, reporting_category: 'fee', description: 'Dispute countered fee' },
      ]);
      await simulator.control.advanceClock(61);
      expect((await stripe.disputes.retrieve(dispute.id)).status).toBe('won');
      expect(await total()).toBe(2_000 - 50 - 2_000);
    });

    it('of a charge that is not on the balance yet take their money when it comes', async () => {
      const charge = await pay({ capture_method: 'automatic_async' });
      const dispute = await simulator.control.openDispute(charge);
      expect(dispute).toMatchObject({ status: 'needs_response', balance_transactions: [] });
      await simulator.control.advanceClock(61);
      expect((await stripe.disputes.retrieve(dispute.id)).balance_transactions).toMatchObject([{ amount: -2_000 }]);
      expect(await told('charge.dispute')).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn']);
    });

    it('begin as an inquiry that a whole refund ends', async () => {
      const charge = await pay();
      const inquiry = await simulator.control.openDispute(charge, { inquiry: true });
      await stripe.refunds.create({ charge, amount: 500 });
      expect((await stripe.disputes.retrieve(inquiry.id)).status).toBe('warning_needs_response');
      await stripe.refunds.create({ charge });
      expect((await stripe.disputes.retrieve(inquiry.id)).status).toBe('warning_closed');
      expect(await told('charge.dispute')).toEqual(['charge.dispute.created', 'charge.dispute.closed']);
    });

    it('end as an inquiry after 120 days without an escalation', async () => {
      const inquiry = await simulator.control.openDispute(await pay(), { inquiry: true });
      await simulator.control.advanceClock(119 * DAY);
      expect((await stripe.disputes.retrieve(inquiry.id)).status).toBe('warning_needs_response');
      await simulator.control.advanceClock(2 * DAY);
      expect((await stripe.disputes.retrieve(inquiry.id)).status).toBe('warning_closed');
      expect(await total()).toBe(1_950);
    });

    it('that an inquiry grew into have a due date of their own', async () => {
      const inquiry = await simulator.control.openDispute(await pay(), { inquiry: true });
      await simulator.control.advanceClock(100 * DAY);
      const escalated = await simulator.control.decideDispute(inquiry.id, 'escalate');
      expect(escalated).toMatchObject({ status: 'needs_response', is_charge_refundable: false });
      expect(escalated.payment_method_details).toMatchObject({ card: { case_type: 'chargeback' } });
      expect(escalated.evidence_details.due_by).toBeGreaterThan(inquiry.evidence_details.due_by ?? 0);
      await simulator.control.advanceClock(20 * DAY);
      expect((await stripe.disputes.retrieve(inquiry.id)).status).toBe('lost');
    });

    it('refuse a file that is none, and more words than are read', async () => {
      const { id } = await simulator.control.openDispute(await pay());
      expect(await failure(stripe.disputes.update(id, { evidence: { receipt: 'file_none' } }))).toMatchObject({
        statusCode: 400,
        code: 'resource_missing',
        param: 'evidence[receipt]',
      });
      const long = 'x'.repeat(20_001);
      expect(await failure(stripe.disputes.update(id, { evidence: { uncategorized_text: long } }))).toMatchObject({
        statusCode: 400,
        param: 'evidence[uncategorized_text]',
      });
      expect((await stripe.disputes.retrieve(id)).evidence_details.has_evidence).toBe(false);
    });

    it('cannot be opened for what was never taken, nor for more than that', async () => {
      const held = await pay({ capture_method: 'manual' });
      await expect(simulator.control.openDispute(held)).rejects.toThrow('was answered 400');
      const charge = await pay();
      await expect(simulator.control.openDispute(charge, { amount: 2_001 })).rejects.toThrow('was answered 400');
      await expect(simulator.control.openDispute('ch_none')).rejects.toThrow('was answered 404');
    });
  });

  it('debits are given back in days, and a debit that is disputed is lost at once', async () => {
    const debit = async (account: string): Promise<string> => {
      const paid = await stripe.paymentIntents.create({
        amount: 2_000,
        currency: 'eur',
        confirm: true,
        allowed_payment_method_types: ['sepa_debit'],
        payment_method_data: {
          type: 'sepa_debit',
          sepa_debit: { iban: account },
          billing_details: { name: 'Ada Lovelace', email: 'ada@example.com' },
        },
        mandate_data: { customer_acceptance: { type: 'offline' } },
      });
      return paid.latest_charge as string;
    };
    const succeeded = (id: string): Promise<Stripe.Charge> =>
      eventually(
        () => stripe.charges.retrieve(id),
        ({ status }) => status === 'succeeded',
      );
    const good = await debit('DE89370400440532013000');
    const bad = await debit('DE35370400440532013002');
    await simulator.control.advanceClock(600);
    expect((await succeeded(good)).id).toMatch(/^py_/);
    const refund = await stripe.refunds.create({ charge: good, expand: ['balance_transaction'] });
    expect(refund).toMatchObject({ id: expect.stringMatching(/^pyr_/), status: 'pending' });
    expect(refund.balance_transaction).toMatchObject({ type: 'payment_refund', reporting_category: 'refund' });
    await succeeded(bad);
    await simulator.control.advanceClock(600);
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
    expect((await stripe.disputes.list({ charge: bad })).data).toMatchObject([
      { status: 'lost', evidence_details: { due_by: 0 }, balance_transactions: [{ amount: -2_000 }] },
    ]);
  });
});
