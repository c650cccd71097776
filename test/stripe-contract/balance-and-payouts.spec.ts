import type Stripe from 'stripe';
import { contract, eventually, refusal } from '../support/stripe-contract';

const payment = {
  amount: 5_000,
  currency: 'gbp',
  payment_method: 'pm_card_visa',
  confirm: true,
  capture_method: 'automatic',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  expand: ['latest_charge.balance_transaction'],
} as const satisfies Stripe.PaymentIntentCreateParams;

contract('The balance and payouts', (target) => {
  const stripe = (): Stripe => target().stripe;

  async function income(
    params: Partial<Stripe.PaymentIntentCreateParams> = {},
  ): Promise<{ charge: Stripe.Charge; transaction: Stripe.BalanceTransaction }> {
    const { latest_charge: latest } = await stripe().paymentIntents.create({ ...payment, ...params });
    const charge = latest as Stripe.Charge;
    return { charge, transaction: charge.balance_transaction as Stripe.BalanceTransaction };
  }

  async function sums(): Promise<{ available: number; pending: number }> {
    const { available, pending } = await stripe().balance.retrieve();
    const of = (list: { amount: number; currency: string }[]): number =>
      list.find(({ currency }) => currency === 'gbp')?.amount ?? 0;
    return { available: of(available), pending: of(pending) };
  }

  it('shows available and pending money by currency', async () => {
    const balance = await stripe().balance.retrieve();
    expect(balance).toMatchObject({ object: 'balance', livemode: false });
    for (const entry of [...balance.available, ...balance.pending]) {
      expect(entry).toMatchObject({ amount: expect.any(Number), currency: expect.stringMatching(/^[a-z]{3}$/) });
    }
  });

  it('books a charge with its fee, as pending', async () => {
    const { charge, transaction } = await income({ description: 'a chair' });
    expect(transaction).toMatchObject({
      object: 'balance_transaction',
      amount: 5_000,
      currency: 'gbp',
      description: 'a chair',
      exchange_rate: null,
      balance_type: 'payments',
      type: 'charge',
      reporting_category: 'charge',
      source: charge.id,
      status: 'pending',
    });
    expect(transaction.net).toBe(transaction.amount - transaction.fee);
    expect(transaction.fee_details).toMatchObject([
      { amount: transaction.fee, application: null, currency: 'gbp', type: 'stripe_fee' },
    ]);
    expect(transaction.available_on).toBeGreaterThan(transaction.created);
    expect(transaction.available_on % 86_400).toBe(0);
  });

  it('makes the money of one card available at once', async () => {
    const { transaction } = await income({ payment_method: 'pm_card_bypassPending' });
    expect(transaction.status).toBe('available');
    expect(transaction.available_on).toBeLessThanOrEqual(transaction.created + 1);
  });

  it('adds the net of a charge to the balance', async () => {
    const before = await sums();
    const { transaction } = await income();
    const after = await sums();
    expect(after.available + after.pending - before.available - before.pending).toBe(transaction.net);
  });

  it('has no transaction of what is only held, and then one of what was captured', async () => {
    const { charge } = await income({ capture_method: 'manual' });
    expect(charge.balance_transaction).toBeNull();
    await stripe().paymentIntents.capture(charge.payment_intent as string, { amount_to_capture: 1_200 });
    const captured = await eventually(
      target(),
      () => stripe().charges.retrieve(charge.id, { expand: ['balance_transaction'] }),
      ({ balance_transaction: of }) => of !== null,
    );
    expect(captured.balance_transaction).toMatchObject({ amount: 1_200, source: charge.id });
  });

  it('finds transactions by source, type, currency and time', async () => {
    const { charge, transaction } = await income();
    const ids = (list: Stripe.ApiList<Stripe.BalanceTransaction>): string[] => list.data.map(({ id }) => id);
    const all = stripe().balanceTransactions;
    expect(ids(await all.list({ source: charge.id }))).toEqual([transaction.id]);
    expect(ids(await all.list({ source: charge.id, type: 'charge', currency: 'gbp' }))).toEqual([transaction.id]);
    expect(ids(await all.list({ source: charge.id, type: 'refund' }))).toEqual([]);
    expect(ids(await all.list({ source: charge.id, currency: 'usd' }))).toEqual([]);
    expect(ids(await all.list({ source: charge.id, created: { lt: transaction.created } }))).toEqual([]);
  });

  it('shows one transaction, and what it is of when that is expanded', async () => {
    const { charge, transaction } = await income();
    const found = await stripe().balanceTransactions.retrieve(transaction.id, { expand: ['source'] });
    expect(found).toMatchObject({ id: transaction.id, source: { id: charge.id, object: 'charge' } });
    expect(await refusal(stripe().balanceTransactions.retrieve('txn_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such balance transaction: 'txn_none'",
    });
  });

  it('asks for a payout that there is, when transactions are wanted by it', async () => {
    expect(await refusal(stripe().balanceTransactions.list({ payout: 'po_none' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'payout',
      message: "No such payout: 'po_none'",
    });
  });

  it('shows its own account by its id too, and no other', async () => {
    const account = await stripe().accounts.retrieveCurrent();
    expect((await stripe().accounts.retrieve(account.id)).id).toBe(account.id);
    expect(await refusal(stripe().accounts.retrieve('acct_none'))).toMatchObject({
      statusCode: 403,
      code: 'account_invalid',
    });
  });

  async function payout(params: Partial<Stripe.PayoutCreateParams> = {}): Promise<Stripe.Payout> {
    await income({ payment_method: 'pm_card_bypassPending' });
    return stripe().payouts.create({ amount: 1_000, currency: 'gbp', ...params });
  }

  it('pays out what is available', async () => {
    const made = await payout({ metadata: { run: '4' }, statement_descriptor: 'SHOP' });
    expect(made).toMatchObject({
      object: 'payout',
      amount: 1_000,
      currency: 'gbp',
      automatic: false,
      method: 'standard',
      status: 'pending',
      type: 'bank_account',
      source_type: 'card',
      statement_descriptor: 'SHOP',
      reconciliation_status: 'not_applicable',
      failure_code: null,
      failure_message: null,
      failure_balance_transaction: null,
      original_payout: null,
      reversed_by: null,
      metadata: { run: '4' },
    });
    expect(made.arrival_date).toBeGreaterThan(made.created - 86_400);
    const transaction = await stripe().balanceTransactions.retrieve(made.balance_transaction as string);
    expect(transaction).toMatchObject({
      amount: -1_000,
      fee: 0,
      net: -1_000,
      type: 'payout',
      reporting_category: 'payout',
      source: made.id,
    });
  });

  it('takes a payout off what is available', async () => {
    await income({ payment_method: 'pm_card_bypassPending' });
    const before = await sums();
    await stripe().payouts.create({ amount: 1_500, currency: 'gbp' });
    expect(await sums()).toEqual({ available: before.available - 1_500, pending: before.pending });
  });

  it('refuses to pay out more than is available', async () => {
    await income();
    const { available } = await sums();
    const error = await refusal(stripe().payouts.create({ amount: Math.max(0, available) + 1, currency: 'gbp' }));
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError', code: 'balance_insufficient' });
    expect(error.message).toContain('You have insufficient funds in your Stripe account for this transfer.');
  });

  it('returns the money of a payout that is cancelled while it is pending', async () => {
    const made = await payout();
    const before = await sums();
    const canceled = await stripe().payouts.cancel(made.id);
    expect(canceled).toMatchObject({ id: made.id, status: 'canceled' });
    const returned = await stripe().balanceTransactions.retrieve(canceled.failure_balance_transaction as string);
    expect(returned).toMatchObject({ amount: 1_000, net: 1_000, type: 'payout_cancel', source: made.id });
    const after = await sums();
    expect(after.available + after.pending).toBe(before.available + before.pending + 1_000);
    expect((await refusal(stripe().payouts.cancel(made.id))).statusCode).toBe(400);
  });

  it('finds payouts by their id and their status', async () => {
    const made = await payout();
    expect((await stripe().payouts.retrieve(made.id)).id).toBe(made.id);
    const canceled = await stripe().payouts.list({ status: 'canceled', limit: 100 });
    expect(canceled.data.every(({ status }) => status === 'canceled')).toBe(true);
    const since = await stripe().payouts.list({ created: { gte: made.created }, limit: 100 });
    expect(since.data.map(({ id }) => id)).toContain(made.id);
    expect(await refusal(stripe().payouts.retrieve('po_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  it('changes nothing but the metadata of a payout', async () => {
    const made = await payout({ metadata: { a: '1' } });
    expect((await stripe().payouts.update(made.id, { metadata: { b: '2' } })).metadata).toEqual({ a: '1', b: '2' });
    const description = { description: 'other' } as unknown as Stripe.PayoutUpdateParams;
    expect(await refusal(stripe().payouts.update(made.id, description))).toMatchObject({ code: 'parameter_unknown' });
  });

  it.each([
    ['a payout of nothing', { amount: 0, currency: 'gbp' }, 'amount'],
    ['a currency that is none', { amount: 100, currency: 'xyz' }, 'currency'],
    [
      'a statement of 23 characters',
      { amount: 100, currency: 'gbp', statement_descriptor: 'x'.repeat(23) },
      'statement_descriptor',
    ],
  ])('refuses %s', async (_what, params, param) => {
    expect(await refusal(stripe().payouts.create(params))).toMatchObject({ statusCode: 400, param });
  });
});
