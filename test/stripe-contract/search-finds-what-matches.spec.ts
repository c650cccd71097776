import { contract, eventually, refusal, type Target } from '../support/stripe-contract';

const unique = (): string => `${String(Date.now())}-${Math.random().toString(36).slice(2)}`;

contract('search', (target) => {
  let mark: string;
  let ids: { gbp: string; large: string; usd: string };

  /** Once search knows of all three. */
  beforeAll(async () => {
    mark = unique();
    const { stripe } = target();
    const make = async (amount: number, currency: string): Promise<string> =>
      (await stripe.paymentIntents.create({ amount, currency, metadata: { mark, amount: String(amount) } })).id;
    ids = { gbp: await make(1_000, 'gbp'), large: await make(9_000, 'gbp'), usd: await make(1_000, 'usd') };
    await eventually(
      target(),
      () => find(`metadata['mark']:'${mark}'`),
      (found) => found.length === 3,
    );
  }, 60_000);

  const find = async (query: string): Promise<string[]> =>
    (await target().stripe.paymentIntents.search({ query })).data.map(({ id }) => id);

  it('finds intents by their metadata, the newest first', async () => {
    const result = await target().stripe.paymentIntents.search({ query: `metadata['mark']:'${mark}'` });
    expect(result).toMatchObject({ object: 'search_result', has_more: false, url: '/v1/payment_intents/search' });
    expect(result.data.map(({ id }) => id).sort()).toEqual(Object.values(ids).sort());
  });

  it.each<[what: string, query: string, expected: (keyof typeof ids)[]]>([
    ['all clauses', `AND currency:'gbp'`, ['gbp', 'large']],
    ['a space for AND', `currency:'usd'`, ['usd']],
    ['a clause that must not hold', `-currency:'gbp'`, ['usd']],
    ['more than', 'amount>1000', ['large']],
    ['at most', 'amount<=1000', ['gbp', 'usd']],
    ['a status in any case', `status:'REQUIRES_PAYMENT_METHOD' amount:9000`, ['large']],
    ['a second key', `metadata["amount"]:"9000"`, ['large']],
    ['an empty field', 'customer:null amount:9000', ['large']],
    ['a key that is there', '-metadata["amount"]:null amount:9000', ['large']],
  ])('takes %s', async (_what, clause, expected) => {
    const found = await find(`metadata['mark']:'${mark}' ${clause}`);
    expect(found.sort()).toEqual(expected.map((name) => ids[name]).sort());
  });

  it('takes either of two clauses', async () => {
    const found = await find(`metadata['mark']:'${mark}' OR metadata['mark']:'nobody-${mark}'`);
    expect(found).toHaveLength(3);
  });

  it('goes from page to page', async () => {
    const query = `metadata['mark']:'${mark}'`;
    const first = await target().stripe.paymentIntents.search({ query, limit: 2 });
    expect(first).toMatchObject({ has_more: true, next_page: expect.any(String) as string });
    const second = await target().stripe.paymentIntents.search({ query, limit: 2, page: first.next_page ?? '' });
    expect(second).toMatchObject({ has_more: false });
    expect([...first.data, ...second.data].map(({ id }) => id).sort()).toEqual(Object.values(ids).sort());
  });

  it.each([
    ['is no query', 'what is this'],
    ['mixes AND and OR', `currency:'gbp' AND amount>1 OR amount<1`],
    ['has a field that cannot be searched', `description:'x'`],
    ['compares words by size', `currency>'gbp'`],
    ['has text without quotes', 'currency:gbp'],
  ])('refuses what %s', async (_what, query) => {
    const error = await refusal(target().stripe.paymentIntents.search({ query }));
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
  });

  it('finds customers by a part of their address or name', async () => {
    const { stripe } = target();
    const { id } = await stripe.customers.create({ email: `ada.${mark}@example.com`, name: `Ada Lovelace ${mark}` });
    const search = async (query: string): Promise<string[]> =>
      (await stripe.customers.search({ query })).data.map((customer) => customer.id);
    await eventually(
      target(),
      () => search(`email~"${mark}"`),
      (found) => found.includes(id),
    );
    expect(await search(`name:"lovelace ${mark}"`)).toEqual([id]);
    expect(await search(`name:"ada ${mark}"`)).toEqual([]);
  }, 60_000);

  it('finds charges by the card, and by what was refunded', async () => {
    const target_ = target();
    const charge = await paidCharge(target_, mark);
    const search = async (query: string): Promise<string[]> =>
      (await target_.stripe.charges.search({ query: `metadata['charge']:'${mark}' ${query}` })).data.map(
        ({ id }) => id,
      );
    await eventually(
      target_,
      () => search('payment_method_details.card.last4:4242'),
      (found) => found.includes(charge),
    );
    expect(await search('refunded:null')).toEqual([charge]);
    expect(await search("status:'failed'")).toEqual([]);
  }, 60_000);
});

async function paidCharge({ stripe }: Target, mark: string): Promise<string> {
  const { latest_charge: charge } = await stripe.paymentIntents.create({
    amount: 1_000,
    currency: 'gbp',
    payment_method: 'pm_card_visa',
    confirm: true,
    metadata: { charge: mark },
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
  return typeof charge === 'string' ? charge : (charge?.id ?? '');
}
