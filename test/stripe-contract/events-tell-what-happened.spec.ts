import type Stripe from 'stripe';
import { contract, eventually, refusal } from '../support/stripe-contract';

contract('Events', (target) => {
  let customer: Stripe.Response<Stripe.Customer>;

  const events = (params: Stripe.EventListParams): Promise<Stripe.Event[]> =>
    eventually(
      target(),
      async () => (await target().stripe.events.list({ limit: 20, ...params })).data.filter(isOfCustomer),
      (found) => found.length > 0,
    );
  const isOfCustomer = ({ data }: Stripe.Event): boolean => (data.object as { id?: string }).id === customer.id;

  beforeAll(async () => {
    const { stripe } = target();
    customer = await stripe.customers.create({ name: 'First', metadata: { spec: 'events' } });
    await stripe.customers.update(customer.id, { name: 'Second' });
  });

  it('show the object as it was then', async () => {
    const [event] = await events({ type: 'customer.created' });
    expect(event).toMatchObject({
      object: 'event',
      type: 'customer.created',
      livemode: false,
      data: { object: { id: customer.id, object: 'customer', name: 'First' } },
      request: { id: customer.lastResponse.requestId },
    });
    expect(event?.id).toMatch(/^evt_\w+$/);
    expect(event?.data).not.toHaveProperty('previous_attributes');
  });

  it('tell what an update changed', async () => {
    const [event] = await events({ type: 'customer.updated' });
    expect(event?.data).toMatchObject({ object: { name: 'Second' }, previous_attributes: { name: 'First' } });
  });

  it('are found by type, by several types, by all types of an object and by time', async () => {
    const types = async (params: Stripe.EventListParams): Promise<string[]> =>
      (await events(params)).map(({ type }) => type);
    expect(await types({ type: 'customer.updated' })).toEqual(['customer.updated']);
    expect(await types({ types: ['customer.created', 'customer.updated'] })).toEqual([
      'customer.updated',
      'customer.created',
    ]);
    expect(await types({ type: 'customer.*' })).toEqual(['customer.updated', 'customer.created']);
    expect(await types({ created: { gte: customer.created } })).toEqual(['customer.updated', 'customer.created']);
    const { data } = await target().stripe.events.list({ created: { lt: customer.created - 60 }, limit: 100 });
    expect(data.filter(isOfCustomer)).toEqual([]);
  });

  it('are retrieved one by one', async () => {
    const [event] = await events({ type: 'customer.created' });
    expect(await target().stripe.events.retrieve(event?.id ?? '')).toMatchObject({
      id: event?.id,
      type: 'customer.created',
    });
    expect(await refusal(target().stripe.events.retrieve('evt_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  it('are asked for by one way of naming types only', async () => {
    expect(
      await refusal(target().stripe.events.list({ type: 'customer.created', types: ['customer.updated'] })),
    ).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error' });
  });
});
