import type Stripe from 'stripe';
import { confirmedPayment, failure, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

const DAY = 86_400;

describe('Settlement and payouts', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
  });
  afterAll(() => simulator.close());
  beforeEach(() => simulator.control.reset());

  async function pay(params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<Stripe.Charge> {
    const { latest_charge: charge } = await stripe.paymentIntents.create({
      ...confirmedPayment,
      capture_method: 'automatic',
      expand: ['latest_charge.balance_transaction'],
      ...params,
    });
    return charge as Stripe.Charge;
  }

  const booked = async (params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<Stripe.BalanceTransaction> =>
    (await pay(params)).balance_transaction as Stripe.BalanceTransaction;

  const atOnce = { payment_method: 'pm_card_bypassPending' };

  async function available(currency = 'gbp'): Promise<number> {
    const { available: entries } = await stripe.balance.retrieve();
    return entries.find((entry) => entry.currency === currency)?.amount ?? 0;
  }

  /** To the second after the next midnight, when daily payouts are made. */
  async function nextDay(): Promise<void> {
    const { now } = await simulator.control.advanceClock(0);
    await simulator.control.advanceClock(DAY - (now % DAY) + 1);
  }

  describe('fees', () => {
    it.each([
      [100, 22],
      [700, 31],
      [1_034, 36],
      [1_033, 35],
      [99_999_999, 1_500_020],
    ])('of a charge of %d are %d, rounded to the nearest', async (amount, fee) => {
      expect(await booked({ amount })).toMatchObject({ amount, fee, net: amount - fee });
    });

    it('follow the settings', async () => {
      await simulator.control.settings({ feeBasisPoints: 290, feeFixed: 30 });
      expect(await booked({ amount: 10_000 })).toMatchObject({ fee: 320, net: 9_680 });
      await simulator.control.settings({ feeBasisPoints: 0, feeFixed: 0 });
      expect(await booked({ amount: 10_000 })).toMatchObject({ fee: 0, net: 10_000 });
    });
  });

  it('tells once when the money of a day has become available', async () => {
    await booked();
    await booked({ currency: 'eur' });
    expect((await stripe.events.list({ type: 'balance.available' })).data).toEqual([]);
    await simulator.control.advanceClock(2 * DAY);
    const { data } = await stripe.events.list({ type: 'balance.available' });
    expect(data).toHaveLength(1);
    expect(data[0]?.data.object).toMatchObject({
      object: 'balance',
      available: [
        { currency: 'gbp', amount: 1_950 },
        { currency: 'eur', amount: 1_950 },
      ],
    });
  });

  it('sums up a state that was kept without its sums', async () => {
    await booked(atOnce);
    await booked({ currency: 'eur' });
    const before = await stripe.balance.retrieve();
    const kept = await fetch(`${simulator.url}/_simulator/state?full`);
    const { tables } = (await kept.json()) as { tables: Record<string, unknown> };
    const { funds: _left, ...others } = tables;
    const seeded = await fetch(`${simulator.url}/_simulator/seed`, {
      method: 'POST',
      body: JSON.stringify({ tables: others }),
    });
    expect(seeded.status).toBe(200);
    expect(await stripe.balance.retrieve()).toEqual(before);
    await booked(atOnce);
    expect(await available()).toBe(2 * 1_950);
  });

  it('leaves to its own time what was paid on a test clock', async () => {
    const { now } = await simulator.control.advanceClock(0);
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: now + 30 * DAY });
    const customer = await stripe.customers.create({ test_clock: clock.id });
    await booked({ ...atOnce, customer: customer.id });
    const rows = await stripe.balanceTransactions.list();
    const { available: there, pending } = await stripe.balance.retrieve();
    const sumOf = (status: string): number =>
      rows.data.filter((row) => row.status === status).reduce((sum, { net }) => sum + net, 0);
    expect([there[0]?.amount, pending[0]?.amount]).toEqual([sumOf('available'), sumOf('pending')]);
    expect(sumOf('available') + sumOf('pending')).toBe(1_950);
  });

  describe('in another currency', () => {
    beforeEach(() =>
      simulator.control.settings({
        settlementCurrencies: ['gbp', 'eur'],
        exchangeRates: { gbp: 1, eur: 0.86, usd: 0.75, jpy: 0.005, kwd: 2.45 },
      }),
    );

    it.each([
      ['usd', 10_000, 7_500, 0.75],
      ['jpy', 1_001, 501, 0.5],
      ['kwd', 10_000, 2_450, 0.245],
    ])('converts %s %d to %d pence', async (currency, amount, pence, rate) => {
      await simulator.control.settings({ feeFixed: 0, feeBasisPoints: 100 });
      const charge = await pay({ amount, currency });
      expect(charge).toMatchObject({ amount, currency });
      expect(charge.balance_transaction).toMatchObject({
        amount: pence,
        currency: 'gbp',
        exchange_rate: rate,
        fee: Math.round(pence / 100),
        fee_details: [{ currency: 'gbp' }],
      });
    });

    it('rounds what goes back as it rounds what comes', async () => {
      const { id } = await pay({ currency: 'usd' });
      const refund = await stripe.refunds.create({ charge: id, amount: 34, expand: ['balance_transaction'] });
      expect(refund.balance_transaction).toMatchObject({ amount: -26, currency: 'gbp', exchange_rate: 0.75 });
    });

    it('rounds a half up, where the product of two binary numbers falls short of it', async () => {
      await simulator.control.settings({ exchangeRates: { gbp: 1, usd: 1.005 } });
      expect(await booked({ currency: 'usd', amount: 100 })).toMatchObject({ amount: 101, exchange_rate: 1.005 });
    });

    it('leaves alone what has a balance of its own, or no rate', async () => {
      expect(await booked({ currency: 'eur' })).toMatchObject({ amount: 2_000, currency: 'eur', exchange_rate: null });
      expect(await booked({ currency: 'cad' })).toMatchObject({ amount: 2_000, currency: 'cad', exchange_rate: null });
    });

    it('converts refunds by the rate of their day, and brings back what a failed one took', async () => {
      const charge = await pay({ currency: 'usd', payment_method: 'pm_card_refundFail' });
      await simulator.control.settings({
        exchangeRates: { gbp: 1, usd: 0.8 },
        refundFailureDelayMs: 60_000,
      });
      const { id } = await stripe.refunds.create({ charge: charge.id });
      await simulator.control.settings({ exchangeRates: { gbp: 1, usd: 0.9 } });
      await simulator.control.advanceClock(61);
      const refund = await stripe.refunds.retrieve(id, {
        expand: ['balance_transaction', 'failure_balance_transaction'],
      });
      expect(refund).toMatchObject({
        amount: 2_000,
        currency: 'usd',
        status: 'failed',
        balance_transaction: { amount: -1_600, currency: 'gbp', exchange_rate: 0.8 },
        failure_balance_transaction: { amount: 1_600, currency: 'gbp', exchange_rate: 0.8 },
      });
    });

    it('converts disputes, with the fee in the currency of settlement', async () => {
      const { id } = await pay({ currency: 'usd' });
      const dispute = await simulator.control.openDispute(id);
      expect(dispute).toMatchObject({ amount: 2_000, currency: 'usd' });
      expect(dispute.balance_transactions).toMatchObject([
        { amount: -1_500, currency: 'gbp', fee: 2_000, net: -3_500, exchange_rate: 0.75 },
      ]);
    });
  });

  describe('what a person pays out', () => {
    it('goes to the bank and arrives a day later', async () => {
      await booked(atOnce);
      const { id } = await stripe.payouts.create({ amount: 1_000, currency: 'gbp' });
      await simulator.control.advanceClock(3_601);
      expect((await stripe.payouts.retrieve(id)).status).toBe('in_transit');
      expect((await failure(stripe.payouts.cancel(id))).statusCode).toBe(400);
      await simulator.control.advanceClock(DAY);
      expect(await stripe.payouts.retrieve(id)).toMatchObject({ status: 'paid', trace_id: { status: 'supported' } });
      const { events } = await simulator.control.state();
      const types = events.map(({ type }) => type).filter((type) => type.startsWith('payout'));
      expect(types).toEqual(['payout.created', 'payout.updated', 'payout.paid']);
    });

    it('fails with the code that is set, and the money returns', async () => {
      await booked(atOnce);
      await simulator.control.settings({ payoutFailure: 'account_closed' });
      const before = await available();
      const { id } = await stripe.payouts.create({ amount: 1_000, currency: 'gbp' });
      expect(await available()).toBe(before - 1_000);
      await simulator.control.advanceClock(DAY + 1);
      const failed = await stripe.payouts.retrieve(id, { expand: ['failure_balance_transaction'] });
      expect(failed).toMatchObject({
        status: 'failed',
        failure_code: 'account_closed',
        failure_message: 'The bank account has been closed.',
        failure_balance_transaction: { amount: 1_000, type: 'payout_failure', source: id },
      });
      expect(await available()).toBe(before);
      expect((await stripe.events.list({ type: 'payout.failed' })).data).toHaveLength(1);
    });

    it('comes back days after it had arrived where that is set', async () => {
      await booked(atOnce);
      await simulator.control.settings({ payoutFailure: 'no_account', payoutReturnMs: 3 * DAY * 1_000 });
      const { id } = await stripe.payouts.create({ amount: 1_000, currency: 'gbp' });
      await simulator.control.advanceClock(DAY + 1);
      expect((await stripe.payouts.retrieve(id)).status).toBe('paid');
      const before = await available();
      await simulator.control.advanceClock(3 * DAY);
      expect(await stripe.payouts.retrieve(id)).toMatchObject({ status: 'failed', failure_code: 'no_account' });
      expect(await available()).toBe(before + 1_000);
      const { events } = await simulator.control.state();
      expect(events.map(({ type }) => type).filter((type) => type.startsWith('payout.'))).toEqual([
        'payout.created',
        'payout.updated',
        'payout.paid',
        'payout.failed',
      ]);
    });

    it('takes whole units only where banks take no others', async () => {
      await booked({ ...atOnce, currency: 'huf', amount: 20_050 });
      expect(await failure(stripe.payouts.create({ amount: 10_050, currency: 'huf' }))).toMatchObject({
        statusCode: 400,
        param: 'amount',
      });
      expect((await stripe.payouts.create({ amount: 10_000, currency: 'huf' })).amount).toBe(10_000);
    });

    it('that somebody asked for does not say which money it took', async () => {
      await booked(atOnce);
      const { id } = await stripe.payouts.create({ amount: 1_000, currency: 'gbp' });
      expect(await failure(stripe.balanceTransactions.list({ payout: id }))).toMatchObject({
        statusCode: 400,
        message: 'Balance transaction history can only be filtered on automatic transfers, not manual.',
      });
    });

    it('can be fetched back once it was paid, by a payout the other way round', async () => {
      await booked(atOnce);
      const { id } = await stripe.payouts.create({ amount: 1_000, currency: 'gbp' });
      expect((await failure(stripe.payouts.reverse(id))).statusCode).toBe(400);
      await simulator.control.advanceClock(DAY + 1);
      const reversal = await stripe.payouts.reverse(id);
      expect(reversal).toMatchObject({ amount: -1_000, original_payout: id, status: 'pending' });
      expect((await stripe.payouts.retrieve(id)).reversed_by).toBe(reversal.id);
      expect(await available()).toBe(2_000 - 50);
      expect((await failure(stripe.payouts.reverse(id))).statusCode).toBe(400);
    });

    it('takes no part of what is still to come', async () => {
      await booked();
      expect(await failure(stripe.payouts.create({ amount: 1, currency: 'gbp' }))).toMatchObject({
        code: 'balance_insufficient',
      });
    });
  });

  describe('what is paid out daily', () => {
    it('is nothing unless it is set', async () => {
      await booked(atOnce);
      await simulator.control.advanceClock(30 * DAY);
      expect((await stripe.payouts.list()).data).toEqual([]);
    });

    it('is all that is available, and is listed by its payout', async () => {
      const first = await booked(atOnce);
      await simulator.control.settings({ payoutSchedule: 'daily' });
      const second = await booked(atOnce);
      const later = await booked();
      await nextDay();
      const [payout, ...others] = (await stripe.payouts.list()).data;
      expect(others).toEqual([]);
      expect(payout).toMatchObject({
        amount: 2 * 1_950,
        automatic: true,
        description: 'STRIPE PAYOUT',
        reconciliation_status: 'in_progress',
      });
      const listed = await stripe.balanceTransactions.list({ payout: payout!.id });
      expect(listed.data.map(({ id }) => id).sort()).toEqual(
        [first.id, second.id, payout!.balance_transaction as string].sort(),
      );
      expect(listed.data.map(({ id }) => id)).not.toContain(later.id);
      expect(listed.data.reduce((sum, { net }) => sum + net, 0)).toBe(0);
      expect((await failure(stripe.payouts.cancel(payout!.id))).statusCode).toBe(400);
      await simulator.control.advanceClock(3_601);
      expect(await stripe.payouts.retrieve(payout!.id)).toMatchObject({
        status: 'in_transit',
        reconciliation_status: 'completed',
      });
      expect((await stripe.events.list({ type: 'payout.reconciliation_completed' })).data).toHaveLength(1);
    });

    it('goes on day after day, in each currency, and tries again what failed', async () => {
      await simulator.control.settings({ payoutSchedule: 'daily', payoutFailure: 'no_account' });
      await booked(atOnce);
      await booked({ ...atOnce, currency: 'eur', amount: 3_000 });
      await nextDay();
      await nextDay();
      const failed = await stripe.payouts.list({ status: 'failed' });
      expect(failed.data.map(({ currency, amount }) => [currency, amount])).toEqual([
        ['eur', 2_935],
        ['gbp', 1_950],
      ]);
      await simulator.control.settings({ payoutFailure: null });
      await nextDay();
      await nextDay();
      const paid = await stripe.payouts.list({ status: 'paid' });
      expect(paid.data.map(({ currency, amount }) => [currency, amount])).toEqual([
        ['eur', 2_935],
        ['gbp', 1_950],
      ]);
      expect([await available('gbp'), await available('eur')]).toEqual([0, 0]);
    });

    it('waits while a debt stands on the balance', async () => {
      await simulator.control.settings({ payoutSchedule: 'daily' });
      const { id } = await pay(atOnce);
      await simulator.control.openDispute(id);
      await nextDay();
      expect((await stripe.payouts.list()).data).toEqual([]);
      expect(await available()).toBe(-2_050);
    });
  });

  it('refuses settings that are none', async () => {
    for (const wrong of [
      { payoutSchedule: 'weekly' },
      { payoutFailure: 'bad_luck' },
      { settlementCurrencies: [] },
      { settlementCurrencies: ['POUNDS'] },
      { exchangeRates: { gbp: 0 } },
      { exchangeRates: { gbp: '1' } },
      { feeBasisPoints: -1 },
      { disputeFeeReturned: 'yes' },
    ]) {
      const change = wrong as unknown as Parameters<typeof simulator.control.settings>[0];
      await expect(simulator.control.settings(change)).rejects.toThrow('was answered 400');
    }
  });
});
