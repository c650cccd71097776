import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { House } from '../support/house';
import { query } from '../support/query';
import { eventually } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const VISA = { amount: 5_000, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };
/** Its money is available at once, so that it can be paid out. */
const BYPASS = 'pm_card_bypassPending';

describe('the ledger, beside Stripe', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.build();
    await house.open();
  });
  afterAll(() => house.tearDown());
  afterEach(() => house.assertOracles());

  let keys = 0;
  async function pay(reference: string, body: object = {}): Promise<{ id: string; charge: string }> {
    keys += 1;
    const answer = await house.service.post(PAYMENTS, `key-${String(keys)}`, { ...VISA, reference, ...body });
    expect(answer.status).toBe(201);
    const { charges } = await house.stripe.state();
    const charge = charges.find(({ metadata }) => metadata.cashdesk_reference === reference);
    return { id: String(answer.body.id), charge: charge?.id ?? '' };
  }

  async function atStripe(path: string, body: Record<string, string>): Promise<Record<string, unknown>> {
    const response = await fetch(`${house.stripeUrl}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_end_to_end' },
      body: new URLSearchParams(body),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  }

  async function held(): Promise<Record<string, number>> {
    const rows = await query(
      house.database.url,
      `SELECT account || ' ' || currency AS what, sum(amount)::float8 AS amount FROM ledger_postings
       GROUP BY 1 HAVING sum(amount) <> 0 ORDER BY 1`,
    );
    return Object.fromEntries(rows.map(({ what, amount }) => [String(what), Number(amount)]));
  }

  /** Resolves when the accounts have changed by just this. */
  async function changed(before: Record<string, number>, by: Record<string, number>): Promise<void> {
    await eventually(async () => {
      const now = await held();
      const names = [...new Set([...Object.keys(now), ...Object.keys(before)])];
      const differences = names.map((name) => [name, (now[name] ?? 0) - (before[name] ?? 0)] as const);
      const change = Object.fromEntries(differences.filter(([, amount]) => amount !== 0));
      expect(change).toEqual(by);
    });
  }

  it('has a charge, then what Stripe made of it', async () => {
    const before = await held();
    await pay('charge');
    await changed(before, { 'customer_control gbp': -5_000, 'stripe_balance gbp': 4_905, 'stripe_fees gbp': 95 });
  });

  it('has of a partial capture only what was captured', async () => {
    const before = await held();
    const { id } = await pay('part', { captureMethod: 'manual' });
    const captured = await house.service.post(`${PAYMENTS}/${id}/capture`, 'capture-part', { amount: 2_000 });
    expect(captured.status).toBe(200);
    await changed(before, { 'customer_control gbp': -2_000, 'stripe_balance gbp': 1_950, 'stripe_fees gbp': 50 });
  });

  it('holds what is disputed, and has it back when the dispute is won', async () => {
    const { charge } = await pay('won');
    await house.assertOracles();
    const before = await held();
    const dispute = await house.stripe.openDispute(charge);
    await changed(before, { 'disputes_held gbp': 5_000, 'dispute_fees gbp': 2_000, 'stripe_balance gbp': -7_000 });
    await house.stripe.decideDispute(dispute.id, 'win');
    await changed(before, { 'dispute_fees gbp': 2_000, 'stripe_balance gbp': -2_000 });
  });

  it('has lost what a lost dispute keeps, when a part of it came back', async () => {
    const { charge } = await pay('lost');
    await house.assertOracles();
    const before = await held();
    const dispute = await house.stripe.openDispute(charge);
    await house.stripe.decideDispute(dispute.id, 'lose', 1_500);
    await changed(before, {
      'chargeback_loss gbp': 3_500,
      'dispute_fees gbp': 2_000,
      'stripe_balance gbp': -5_500,
    });
  });

  it('gives back a refund that was made in the dashboard, and has it again when it fails later', async () => {
    const { charge } = await pay('refunded');
    await house.assertOracles();
    const before = await held();
    const { id } = await atStripe('refunds', { charge, amount: '2000' });
    await changed(before, { 'customer_control gbp': 2_000, 'stripe_balance gbp': -2_000 });
    await house.stripe.decideRefund(String(id), 'fail', 'lost_or_stolen_card');
    await changed(before, {});
  });

  it('follows a payout to the bank, and one that the bank sends back', async () => {
    await house.stripe.settings({ payoutSubmitMs: 50, payoutArrivalMs: 200, payoutReturnMs: 3_000 });
    await pay('available', { paymentMethod: BYPASS });
    await house.assertOracles();
    const before = await held();
    await atStripe('payouts', { amount: '1000', currency: 'gbp' });
    await changed(before, { 'bank gbp': 1_000, 'stripe_balance gbp': -1_000 });
    const between = await held();
    await house.stripe.settings({ payoutFailure: 'account_closed' });
    await atStripe('payouts', { amount: '500', currency: 'gbp' });
    await changed(between, { 'bank gbp': 500, 'stripe_balance gbp': -500 });
    await changed(between, {});
    await house.stripe.settings({ payoutReturnMs: 0 });
    await atStripe('payouts', { amount: '700', currency: 'gbp' });
    await changed(between, {});
    await house.stripe.settings({ payoutFailure: null });
  });

  it('loses nothing when a charge settles in another currency and goes back at another rate', async () => {
    await house.stripe.settings({ settlementCurrencies: ['gbp'] });
    const before = await held();
    const { charge } = await pay('euros', { currency: 'eur', amount: 10_000 });
    await changed(before, {
      'customer_control eur': -10_000,
      'currency_position eur': 10_000,
      'currency_position gbp': -8_600,
      'stripe_balance gbp': 8_451,
      'stripe_fees gbp': 149,
    });
    const between = await held();
    await house.stripe.settings({ exchangeRates: { gbp: 1, eur: 0.9 } });
    await atStripe('refunds', { charge, amount: '10000' });
    await changed(between, {
      'customer_control eur': 10_000,
      'currency_position eur': -10_000,
      'currency_position gbp': 8_600,
      'fx_result gbp': 400,
      'stripe_balance gbp': -9_000,
    });
    await house.stripe.settings({ settlementCurrencies: ['*'] });
  });

  it('verifies by command, and says by its exit code when something was changed', async () => {
    const cashdesk = (...words: string[]) =>
      promisify(execFile)(process.execPath, ['dist/src/cli.js', 'ledger', ...words], {
        cwd: join(__dirname, '../..'),
        env: house.service.env,
      });
    await house.assertOracles();
    expect(JSON.parse((await cashdesk('verify', '--json')).stdout)).toMatchObject({ findings: [] });
    expect((await cashdesk('balances')).stdout).toMatch(/stripe_balance +gbp +\d+\.\d\d/);
    expect((await cashdesk('transactions', '--account', 'chargeback_loss')).stdout).toContain('dispute_lost');
    const total = (by: string) =>
      `UPDATE ledger_totals SET total = total ${by} WHERE span = 'year' AND account = 'bank'`;
    await query(house.database.url, total('+ 1'));
    await expect(cashdesk('verify')).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('wrong_total') });
    await query(house.database.url, total('- 1'));
  });

  it('goes on where it was when the service is killed between a charge and its posting', async () => {
    const before = await held();
    await pay('killed');
    await house.service.kill();
    await house.open();
    await changed(before, { 'customer_control gbp': -5_000, 'stripe_balance gbp': 4_905, 'stripe_fees gbp': 95 });
  });
});
