import type Stripe from 'stripe';
import { confirmedPayment, failure, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

describe('Lists and expansion', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;
  const ids: string[] = [];
  let customers: string[] = [];

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
    customers = [await stripe.customers.create(), await stripe.customers.create()].map(({ id }) => id);
    for (let made = 0; made < 7; made += 1) {
      const { id } = await stripe.paymentIntents.create({
        ...confirmedPayment,
        capture_method: 'automatic',
        customer: customers[made % 2] ?? '',
      });
      ids.unshift(id);
    }
  });
  afterAll(() => simulator.close());

  it('pages from the newest to the oldest, and back', async () => {
    const first = await stripe.paymentIntents.list({ limit: 3 });
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    expect(first).toMatchObject({ object: 'list', has_more: true, url: '/v1/payment_intents' });
    const last = await stripe.paymentIntents.list({ limit: 4, starting_after: ids[2] ?? '' });
    expect(last.data.map(({ id }) => id)).toEqual(ids.slice(3));
    expect(last.has_more).toBe(false);
    const back = await stripe.paymentIntents.list({ limit: 2, ending_before: ids[4] ?? '' });
    expect(back.data.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    expect(back.has_more).toBe(true);
  });

  it('lets the SDK walk all pages', async () => {
    const seen: string[] = [];
    for await (const { id } of stripe.paymentIntents.list({ limit: 2 })) seen.push(id);
    expect(seen).toEqual(ids);
  });

  it('filters by customer and by the time of creation', async () => {
    expect((await stripe.paymentIntents.list({ customer: customers[1] ?? '' })).data).toHaveLength(3);
    const now = Math.floor(Date.now() / 1000);
    expect((await stripe.paymentIntents.list({ created: { gte: now - 60 } })).data).toHaveLength(7);
    expect((await stripe.paymentIntents.list({ created: { gt: now + 60 } })).data).toHaveLength(0);
  });

  it("pages through one customer's rows from the newest to the oldest, and back", async () => {
    const [customer = ''] = customers;
    // The first and every second one after it.
    const own = ids.filter((_id, position) => position % 2 === 0);
    const page = async (params: Stripe.PaymentIntentListParams): Promise<[string[], boolean]> => {
      const { data, has_more: more } = await stripe.paymentIntents.list({ customer, ...params });
      return [data.map(({ id }) => id), more];
    };
    expect(own).toHaveLength(4);
    expect(await page({ limit: 3 })).toEqual([own.slice(0, 3), true]);
    expect(await page({ limit: 3, starting_after: own[0] ?? '' })).toEqual([own.slice(1), false]);
    expect(await page({ starting_after: own[3] ?? '' })).toEqual([[], false]);
    expect(await page({ limit: 2, ending_before: own[3] ?? '' })).toEqual([own.slice(1, 3), true]);
    expect(await page({ ending_before: own[2] ?? '' })).toEqual([own.slice(0, 2), false]);
    expect(await page({ ending_before: own[0] ?? '' })).toEqual([[], false]);
    expect(await failure(page({ starting_after: ids[1] ?? '' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'starting_after',
    });
  });

  it.each([{ limit: 0 }, { limit: 101 }, { starting_after: 'pi_none' }])('refuses the page %j', async (params) => {
    expect(await failure(stripe.paymentIntents.list(params))).toMatchObject({ statusCode: 400 });
  });

  it('lists the charges of one payment only', async () => {
    const { data } = await stripe.charges.list({ payment_intent: ids[0] ?? '' });
    expect(data.map((charge) => charge.payment_intent)).toEqual([ids[0]]);
  });

  it('expands through lists and several levels', async () => {
    const { data } = await stripe.paymentIntents.list({
      limit: 2,
      expand: ['data.latest_charge.balance_transaction.source', 'data.payment_method'],
    });
    for (const intent of data) {
      const charge = intent.latest_charge as Stripe.Charge;
      expect(charge.balance_transaction).toMatchObject({ object: 'balance_transaction', source: { id: charge.id } });
      expect(intent.payment_method).toMatchObject({ object: 'payment_method' });
    }
  });

  it.each(['amount', 'nothing', 'latest_charge.payment_intent.latest_charge.payment_intent.latest_charge'])(
    'refuses to expand %s',
    async (path) => {
      expect(await failure(stripe.paymentIntents.retrieve(ids[0] ?? '', { expand: [path] }))).toMatchObject({
        statusCode: 400,
      });
    },
  );

  it('makes balance transactions available after two days', async () => {
    expect((await stripe.balanceTransactions.list()).data.map(({ status }) => status)).toContain('pending');
    await simulator.control.advanceClock(2 * 86_400);
    expect((await stripe.balanceTransactions.list()).data.map(({ status }) => status)).not.toContain('pending');
  });
});
