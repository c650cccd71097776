import type Stripe from 'stripe';
import { contract, refusal } from '../support/stripe-contract';
import { refused, unique } from './plain-requests';

const COUNT = 13;

contract('A list comes in pages', (target) => {
  let stripe: Stripe;
  let email: string;
  /** The newest first. */
  const ids: string[] = [];

  beforeAll(async () => {
    ({ stripe } = target());
    email = `${unique('pages')}@example.com`;
    ids.length = 0;
    for (let made = 0; made < COUNT; made += 1) ids.unshift((await stripe.customers.create({ email })).id);
  });

  const page = async (params: Stripe.CustomerListParams): Promise<{ ids: string[]; more: boolean }> => {
    const { data, has_more } = await stripe.customers.list({ email, ...params });
    return { ids: data.map(({ id }) => id), more: has_more };
  };

  it('of ten, the newest first', async () => {
    const list = await stripe.customers.list({ email });
    expect(list).toMatchObject({ object: 'list', url: '/v1/customers', has_more: true });
    expect(list.data.map(({ id }) => id)).toEqual(ids.slice(0, 10));
  });

  it('of as many as were asked for', async () => {
    expect(await page({ limit: 1 })).toEqual({ ids: ids.slice(0, 1), more: true });
    expect(await page({ limit: COUNT })).toEqual({ ids, more: false });
    expect(await page({ limit: 100 })).toEqual({ ids, more: false });
  });

  it('that goes on after a member', async () => {
    expect(await page({ limit: 5, starting_after: ids[4]! })).toEqual({ ids: ids.slice(5, 10), more: true });
    expect(await page({ limit: 5, starting_after: ids[9]! })).toEqual({ ids: ids.slice(10), more: false });
    expect(await page({ limit: 5, starting_after: ids[COUNT - 1]! })).toEqual({ ids: [], more: false });
  });

  it('that ends before a member', async () => {
    expect(await page({ limit: 5, ending_before: ids[7]! })).toEqual({ ids: ids.slice(2, 7), more: true });
    expect(await page({ limit: 5, ending_before: ids[3]! })).toEqual({ ids: ids.slice(0, 3), more: false });
    expect(await page({ limit: 5, ending_before: ids[0]! })).toEqual({ ids: [], more: false });
  });

  it('all of which the SDK walks', async () => {
    const seen: string[] = [];
    for await (const { id } of stripe.customers.list({ email, limit: 4 })) seen.push(id);
    expect(seen).toEqual(ids);
  });

  it('all of which the SDK walks backwards', async () => {
    const seen: string[] = [];
    for await (const { id } of stripe.customers.list({ email, limit: 4, ending_before: ids[COUNT - 1]! })) {
      seen.push(id);
    }
    expect(seen).toEqual(ids.slice(0, -1).reverse());
  });

  it('of what was made in a span of time', async () => {
    const { created } = (await stripe.customers.retrieve(ids[0]!)) as Stripe.Customer;
    const { created: oldest } = (await stripe.customers.retrieve(ids[COUNT - 1]!)) as Stripe.Customer;
    expect(await page({ limit: 100, created: { gte: oldest, lte: created } })).toEqual({ ids, more: false });
    expect(await page({ created: { gt: created } })).toEqual({ ids: [], more: false });
    expect(await page({ created: { lt: oldest } })).toEqual({ ids: [], more: false });
    expect((await page({ limit: 100, created })).ids).toContain(ids[0]);
  });

  it('without what was deleted', async () => {
    const gone = await stripe.customers.create({ email });
    await stripe.customers.del(gone.id);
    expect((await page({ limit: 100 })).ids).toEqual(ids);
  });

  it.each([
    ['limit=0', 'This value must be greater than or equal to 1.'],
    ['limit=-1', 'This value must be greater than or equal to 1.'],
    ['limit=101', "This value must be less than or equal to 100 (it currently is '101')."],
    ['limit=ten', 'Invalid integer: ten'],
  ])('but refuses %s', async (query, message) => {
    expect(await refused(target(), 'GET', `/v1/customers?${query}`)).toEqual({
      status: 400,
      type: 'invalid_request_error',
      code: 'parameter_invalid_integer',
      param: 'limit',
      message,
    });
  });

  it.each(['starting_after', 'ending_before'] as const)('but refuses an unknown id as %s', async (cursor) => {
    expect(await refusal(stripe.customers.list({ [cursor]: 'cus_none' }))).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      code: 'resource_missing',
      param: cursor,
      message: "No such customer: 'cus_none'",
    });
  });

  it('but refuses to go both ways at once', async () => {
    const error = await refusal(stripe.customers.list({ starting_after: ids[1]!, ending_before: ids[5]! }));
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
  });

  it('but refuses a word as a time', async () => {
    expect(await refused(target(), 'GET', '/v1/customers?created[gte]=yesterday')).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      param: 'created[gte]',
    });
    expect(await refused(target(), 'GET', '/v1/customers?created[since]=1')).toMatchObject({
      status: 400,
      code: 'parameter_unknown',
      param: 'created[since]',
    });
  });
});
