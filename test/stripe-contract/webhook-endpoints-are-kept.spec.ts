import type Stripe from 'stripe';
import { contract, refusal, send } from '../support/stripe-contract';

const URL = 'https://example.com/stripe-contract';

contract('Webhook endpoints', (target) => {
  const made: string[] = [];
  const create = async (
    params: Partial<Stripe.WebhookEndpointCreateParams> = {},
  ): Promise<Stripe.WebhookEndpoint & { secret?: string }> => {
    const endpoint = await target().stripe.webhookEndpoints.create({
      url: URL,
      enabled_events: ['charge.succeeded'],
      ...params,
    });
    made.push(endpoint.id);
    return endpoint;
  };

  // An account holds 16 at most.
  afterEach(async () => {
    for (const id of made.splice(0)) {
      await target()
        .stripe.webhookEndpoints.del(id)
        .catch(() => undefined);
    }
  });

  it('show their secret once, in the answer that made them', async () => {
    const endpoint = await create({ description: 'for the books', metadata: { a: '1' } });
    expect(endpoint).toMatchObject({
      object: 'webhook_endpoint',
      api_version: null,
      application: null,
      description: 'for the books',
      enabled_events: ['charge.succeeded'],
      livemode: false,
      metadata: { a: '1' },
      status: 'enabled',
      url: URL,
    });
    expect(endpoint.secret).toMatch(/^whsec_\w+$/);
    expect(await target().stripe.webhookEndpoints.retrieve(endpoint.id)).not.toHaveProperty('secret');
  });

  it('are changed in url, events, description, metadata and status', async () => {
    const { id } = await create({ metadata: { a: '1', b: '2' } });
    const changed = await target().stripe.webhookEndpoints.update(id, {
      url: `${URL}/2`,
      enabled_events: ['*'],
      description: 'changed',
      metadata: { b: '', c: '3' },
      disabled: true,
    });
    expect(changed).toMatchObject({
      url: `${URL}/2`,
      enabled_events: ['*'],
      description: 'changed',
      metadata: { a: '1', c: '3' },
      status: 'disabled',
    });
    expect(changed).not.toHaveProperty('secret');
    const enabled = await target().stripe.webhookEndpoints.update(id, { disabled: false });
    expect(enabled).toMatchObject({ url: `${URL}/2`, status: 'enabled' });
  });

  it('are listed, the newest first, and deleted', async () => {
    const { id } = await create();
    const { data } = await target().stripe.webhookEndpoints.list({ limit: 1 });
    expect(data.map((endpoint) => endpoint.id)).toEqual([id]);
    expect(await target().stripe.webhookEndpoints.del(id)).toEqual({ id, object: 'webhook_endpoint', deleted: true });
    expect(await refusal(target().stripe.webhookEndpoints.retrieve(id))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  it('keep the version that they were made for', async () => {
    expect((await create({ api_version: '2022-11-15' })).api_version).toBe('2022-11-15');
  });

  it.each([
    ['no url', 'enabled_events[]=charge.succeeded', 'url'],
    ['no events', `url=${URL}`, 'enabled_events'],
    ['an url without a scheme', 'url=example.com&enabled_events[]=charge.succeeded', 'url'],
    ['an unknown type of event', `url=${URL}&enabled_events[]=charge.exploded`, 'enabled_events[0]'],
    ['an unknown parameter', `url=${URL}&enabled_events[]=*&colour=red`, 'colour'],
  ])('are refused with %s', async (_what, form, param) => {
    const response = await send(target(), 'POST', '/v1/webhook_endpoints', { form });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param } });
  });
});
