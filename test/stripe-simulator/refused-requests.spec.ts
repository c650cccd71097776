import type Stripe from 'stripe';
import { failure, postForm, simulatorUnderTest, stripeClient, type SimulatorUnderTest } from './simulator-under-test';

describe('Refused requests', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
  });
  afterAll(() => simulator.close());

  it.each([
    [{ currency: 'usd' }, 'parameter_missing', 'amount'],
    [{ amount: '500' }, 'parameter_missing', 'currency'],
    [{ amount: '1.5', currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: '1e3', currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: '0', currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: '-1', currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: '9007199254740993', currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: '49', currency: 'usd' }, 'amount_too_small', 'amount'],
    [{ amount: '29', currency: 'gbp' }, 'amount_too_small', 'amount'],
    [{ amount: '49', currency: 'jpy' }, 'amount_too_small', 'amount'],
    [{ amount: '100000000', currency: 'usd' }, 'amount_too_large', 'amount'],
    [{ amount: '1001', currency: 'kwd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: '50050', currency: 'isk' }, 'invalid_charge_amount_no_decimal_compatible', 'amount'],
    [{ amount: '500', currency: 'xxx' }, 'invalid_currency', 'currency'],
    [{ amount: '500', currency: 'usd', colour: 'red' }, 'parameter_unknown', 'colour'],
    [{ amount: '500', currency: 'usd', payment_method_types: 'card' }, 'parameter_unknown', 'payment_method_types'],
    [{ amount: '500', currency: 'usd', description: 'x', customer: '' }, 'parameter_invalid_empty', 'customer'],
    [{ amount: '500', currency: 'usd', payment_method: 'pm_none' }, 'resource_missing', 'payment_method'],
  ])('answers 400 to %j with %s', async (body, code, param) => {
    const response = await postForm(`${simulator.url}/v1/payment_intents`, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code, param } });
  });

  it.each([
    ['jpy', 50],
    ['gbp', 30],
    ['kwd', 1_000],
    ['isk', 50_000],
    ['usd', 99_999_999],
  ])('takes %s %d', async (currency, amount) => {
    expect(await stripe.paymentIntents.create({ currency, amount })).toMatchObject({ currency, amount });
  });

  it('answers 404 to unknown objects and unknown addresses, in the envelope that the SDK needs', async () => {
    expect(await failure(stripe.paymentIntents.retrieve('pi_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      type: 'StripeInvalidRequestError',
    });
    expect(await failure(stripe.rawRequest('GET', '/v1/nothing'))).toMatchObject({
      statusCode: 404,
      type: 'StripeInvalidRequestError',
    });
  });

  it.each(['sk_live_123', 'pk_live_123', 'nonsense'])('answers 401 to the key %s', async (key) => {
    const error = await failure(stripeClient(simulator.port, key).paymentIntents.list());
    expect(error).toMatchObject({ statusCode: 401, type: 'StripeAuthenticationError' });
  });

  it('knows no second generation of the API, in the envelope that the SDK needs', async () => {
    const asked = await fetch(`${simulator.url}/v2/core/events`, {
      method: 'POST',
      headers: { Authorization: 'Bearer sk_test_x', 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect(asked.status).toBe(404);
    expect(await asked.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.stringContaining('(POST: /v2/core/events)') as string },
    });
  });

  it('answers in the envelope to a version that no header could hold', async () => {
    const asked = await fetch(`${simulator.url}/v1/payment_intents/pi_x`, {
      method: 'POST',
      body: new URLSearchParams({ key: 'pk_test_x', _stripe_version: '2026…\n' }),
    });
    expect(asked.status).toBe(400);
    expect(await asked.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: 'Invalid Stripe API version: 2026…\n' },
    });
  });

  it('answers 401 without a key and takes the key as the user of Basic authentication', async () => {
    expect((await fetch(`${simulator.url}/v1/payment_intents`)).status).toBe(401);
    const authorization = `Basic ${Buffer.from('sk_test_simulator:').toString('base64')}`;
    expect((await fetch(`${simulator.url}/v1/account`, { headers: { authorization } })).status).toBe(200);
  });

  it('names the request, and the version asked for, in the headers', async () => {
    const response = await fetch(`${simulator.url}/v1/account`, {
      headers: { authorization: 'Bearer sk_test_simulator', 'stripe-version': '2024-04-10' },
    });
    expect(response.headers.get('request-id')).toMatch(/^req_\w{14}$/);
    expect(response.headers.get('stripe-version')).toBe('2024-04-10');
  });

  it('answers 413 to a body that is too large, in the envelope', async () => {
    const response = await postForm(`${simulator.url}/v1/payment_intents`, { description: 'x'.repeat(1_000_001) });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect((await simulator.control.journal({ outcome: 'refused' })).at(-1)?.status).toBe(413);
  });

  it('answers HEAD as GET, without a body', async () => {
    const headers = { authorization: 'Bearer sk_test_simulator' };
    const response = await fetch(`${simulator.url}/v1/account`, { method: 'HEAD', headers });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('says how to identify oneself where it does not know who asks', async () => {
    const response = await fetch(`${simulator.url}/v1/account`);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="Stripe"');
  });

  it.each([
    ['a[b][c]=1&a[b]=2&a[b][d]=3', 'Invalid hash', 'a'],
    [`a${'[b]'.repeat(30)}=1`, 'The parameters are nested too deeply.', 'a'],
  ])('answers 400 to the form %s', async (form, message, param) => {
    const response = await fetch(`${simulator.url}/v1/payment_intents`, {
      method: 'POST',
      body: form,
      headers: {
        authorization: 'Bearer sk_test_simulator',
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', message, param } });
  });

  it('reads a long list as quickly as it came', async () => {
    const response = await fetch(`${simulator.url}/v1/payment_intents`, {
      method: 'POST',
      body: 'amount=1000&currency=usd&'.padEnd(900_000, 'expand[]=latest_charge&').replace(/&[^&]*$/, ''),
      headers: {
        authorization: 'Bearer sk_test_simulator',
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    expect(response.status).toBe(200);
  });

  it('keeps no key for what was never begun, and refuses an empty one', async () => {
    const response = await postForm(
      `${simulator.url}/v1/payment_intents`,
      { amount: '1000', currency: 'usd' },
      { 'Idempotency-Key': '' },
    );
    expect([response.status, response.headers.get('idempotent-replayed')]).toEqual([400, null]);
  });

  it('ignores keys of requests that cannot do anything twice', async () => {
    const { id } = await stripe.webhookEndpoints.create({ url: 'https://example.com', enabled_events: ['*'] });
    const drop = (): Promise<Response> =>
      fetch(`${simulator.url}/v1/webhook_endpoints/${id}`, {
        method: 'DELETE',
        headers: { authorization: 'Bearer sk_test_simulator', 'idempotency-key': 'k1' },
      });
    expect([(await drop()).status, (await drop()).status]).toEqual([200, 404]);
  });

  it('keeps its account over requests', async () => {
    const account = await stripe.accounts.retrieveCurrent();
    expect(account.id).toMatch(/^acct_\w{16}$/);
    expect((await stripe.accounts.retrieveCurrent()).id).toBe(account.id);
  });
});
