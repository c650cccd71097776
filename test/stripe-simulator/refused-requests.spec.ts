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
    [{ amount: '50050', currency: 'isk' }, 'parameter_invalid_integer', 'amount'],
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
    expect(await failure(stripe.products.list())).toMatchObject({ statusCode: 404, type: 'StripeInvalidRequestError' });
  });

  it.each(['sk_live_123', 'pk_live_123', 'nonsense'])('answers 401 to the key %s', async (key) => {
    const error = await failure(stripeClient(simulator.port, key).paymentIntents.list());
    expect(error).toMatchObject({ statusCode: 401, type: 'StripeAuthenticationError' });
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

  it('keeps its account over requests', async () => {
    const account = await stripe.accounts.retrieveCurrent();
    expect(account.id).toMatch(/^acct_\w{16}$/);
    expect((await stripe.accounts.retrieveCurrent()).id).toBe(account.id);
  });
});
