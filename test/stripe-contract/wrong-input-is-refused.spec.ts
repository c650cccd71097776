import Stripe from 'stripe';
import { contract, refusal, send, type Target } from '../support/stripe-contract';
import { refused } from './plain-requests';

const INTENTS = '/v1/payment_intents';

function withKey(target: Target, key: string): Stripe {
  const { hostname, port, protocol } = new URL(target.url);
  return new Stripe(key, {
    host: hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    protocol: protocol === 'https:' ? 'https' : 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

contract('Wrong input is refused', (target) => {
  const invalid = { status: 400, type: 'invalid_request_error' };
  const create = (form: string): ReturnType<typeof refused> => refused(target(), 'POST', INTENTS, form);

  it.each([
    ['amount=500', 'currency'],
    ['currency=usd', 'amount'],
  ])('when %s stands without %s', async (form, param) => {
    expect(await create(form)).toEqual({
      ...invalid,
      code: 'parameter_missing',
      param,
      message: `Missing required param: ${param}.`,
    });
  });

  it('when a hash lacks a member', async () => {
    expect(await create('amount=500&currency=usd&automatic_payment_methods[allow_redirects]=never')).toMatchObject({
      ...invalid,
      code: 'parameter_missing',
      param: 'automatic_payment_methods[enabled]',
    });
  });

  it('when a parameter is unknown', async () => {
    expect(await create('amount=500&currency=usd&colour=red')).toEqual({
      ...invalid,
      code: 'parameter_unknown',
      param: 'colour',
      message: 'Received unknown parameter: colour',
    });
  });

  it('when several are unknown, all of which it names', async () => {
    expect(await create('amount=500&currency=usd&colour=red&size=9')).toEqual({
      ...invalid,
      code: 'parameter_unknown',
      param: 'colour',
      message: 'Received unknown parameters: colour, size',
    });
  });

  it('when an unknown one stands within a hash', async () => {
    expect(await create('amount=500&currency=usd&automatic_payment_methods[colour]=red')).toMatchObject({
      ...invalid,
      code: 'parameter_unknown',
      param: 'automatic_payment_methods[colour]',
    });
  });

  it.each(['abc', '1.5', '1e3', '0x10', ' 5'])('when an integer is %p', async (amount) => {
    expect(await create(`amount=${encodeURIComponent(amount)}&currency=usd`)).toMatchObject({
      ...invalid,
      code: 'parameter_invalid_integer',
      param: 'amount',
      message: expect.stringMatching(/^Invalid integer: /),
    });
  });

  it.each(['0', '-500'])('when an amount is %s', async (amount) => {
    expect(await create(`amount=${amount}&currency=usd`)).toEqual({
      ...invalid,
      code: 'parameter_invalid_integer',
      param: 'amount',
      message: 'This value must be greater than or equal to 1.',
    });
  });

  it('when a boolean is neither true nor false', async () => {
    expect(await create('amount=500&currency=usd&confirm=maybe')).toEqual({
      ...invalid,
      code: undefined,
      param: 'confirm',
      message: 'Invalid boolean: maybe',
    });
  });

  it('when a word is none of those that may stand there', async () => {
    expect(await create('amount=500&currency=usd&capture_method=sometime')).toEqual({
      ...invalid,
      code: undefined,
      param: 'capture_method',
      message: 'Invalid capture_method: must be one of automatic, automatic_async, or manual',
    });
    expect(await create('amount=500&currency=usd&setup_future_usage=never')).toMatchObject({
      ...invalid,
      param: 'setup_future_usage',
      message: 'Invalid setup_future_usage: must be one of off_session or on_session',
    });
  });

  it('when a list is a text', async () => {
    expect(await create('amount=500&currency=usd&allowed_payment_method_types=card')).toEqual({
      ...invalid,
      code: undefined,
      param: 'allowed_payment_method_types',
      message: 'Invalid array',
    });
  });

  it('when a hash is a text, and a text a hash', async () => {
    expect(await create('amount=500&currency=usd&automatic_payment_methods=on')).toMatchObject({
      ...invalid,
      param: 'automatic_payment_methods',
      message: 'Invalid object',
    });
    expect(await create('amount=500&currency=usd&description[a]=b')).toMatchObject({
      ...invalid,
      param: 'description',
      message: expect.stringMatching(/^Invalid string: /),
    });
  });

  it('when a text is too long', async () => {
    expect(await create(`amount=500&currency=usd&statement_descriptor_suffix=${'x'.repeat(23)}`)).toMatchObject({
      ...invalid,
      param: 'statement_descriptor_suffix',
      message: expect.stringMatching(/; must be at most 22 characters$/),
    });
  });

  it('when a parameter that cannot be unset is empty', async () => {
    expect(await create('amount=500&currency=usd&customer=')).toEqual({
      ...invalid,
      code: 'parameter_invalid_empty',
      param: 'customer',
      message:
        "You passed an empty string for 'customer'. We assume empty values are an attempt to unset a parameter; however 'customer' cannot be unset. You should remove 'customer' from your request or supply a non-empty value.",
    });
  });

  it.each([
    ['customer=cus_none', 'customer', "No such customer: 'cus_none'"],
    ['payment_method=pm_none', 'payment_method', "No such PaymentMethod: 'pm_none'"],
  ])('when %s names nothing', async (part, param, message) => {
    const answer = await create(`amount=500&currency=usd&${part}`);
    expect(answer).toMatchObject({ ...invalid, code: 'resource_missing', param });
    expect(answer.message).toContain(message);
  });

  it.each([
    ['/v1/payment_intents/pi_none', "No such payment_intent: 'pi_none'", 'intent'],
    ['/v1/customers/cus_none', "No such customer: 'cus_none'", 'id'],
    ['/v1/charges/ch_none', "No such charge: 'ch_none'", 'id'],
    ['/v1/events/evt_none', "No such event: 'evt_none'", 'id'],
  ])('when nothing stands at %s', async (path, message, param) => {
    expect(await refused(target(), 'GET', path)).toMatchObject({
      status: 404,
      type: 'invalid_request_error',
      code: 'resource_missing',
      param,
      message,
    });
  });

  it.each([
    ['GET', '/v1/nothing'],
    ['POST', '/v1/payment_intents/pi_1/nothing'],
    ['DELETE', '/v1/payment_intents/pi_1'],
  ] as const)('when nothing answers %s %s', async (method, path) => {
    expect(await refused(target(), method, path, method === 'POST' ? '' : undefined)).toEqual({
      status: 404,
      type: 'invalid_request_error',
      code: undefined,
      param: undefined,
      message: `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
    });
  });

  it('without a key', async () => {
    const response = await fetch(`${target().url}/v1/customers`);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      error: {
        type: 'invalid_request_error',
        message:
          "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
        ...(target().real ? {} : { request_log_url: expect.any(String) }),
      },
    });
  });

  it.each(['sk_live_0123456789abcdef', 'sk_wrong_0123456789', 'nonsense'])('with the key %s', async (key) => {
    expect(await refusal(withKey(target(), key).customers.list())).toMatchObject({
      statusCode: 401,
      type: 'StripeAuthenticationError',
      rawType: 'invalid_request_error',
    });
  });

  it('with a key of which it shows the last four letters only', async () => {
    const error = await refusal(withKey(target(), 'sk_wrong_0123456789').customers.list());
    expect(error.message).toMatch(/^Invalid API Key provided: .*\*+6789$/);
    expect(error.message).not.toContain('012345');
  });

  it('but takes a key as the user of Basic authentication', async () => {
    const authorization = `Basic ${Buffer.from(`${target().key}:`).toString('base64')}`;
    const response = await send(target(), 'GET', '/v1/customers?limit=1', {
      headers: { Authorization: authorization },
    });
    expect(response.status).toBe(200);
  });
});

contract('The SDK tells one refusal from another', (target) => {
  const pay = (payment_method: string): Promise<unknown> =>
    target().stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'usd',
      confirm: true,
      payment_method,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });

  it('by classes: a card, a request, a key', async () => {
    expect(await refusal(pay('pm_card_visa_chargeDeclined'))).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(await refusal(pay('pm_none'))).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
    expect(await refusal(withKey(target(), 'sk_test').customers.list())).toBeInstanceOf(
      Stripe.errors.StripeAuthenticationError,
    );
  });

  it('with all that a decline carries', async () => {
    const error = await refusal(pay('pm_card_visa_chargeDeclinedInsufficientFunds'));
    expect(error).toMatchObject({
      type: 'StripeCardError',
      rawType: 'card_error',
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      doc_url: 'https://stripe.com/docs/error-codes/card-declined',
      message: 'Your card has insufficient funds.',
      charge: expect.stringMatching(/^(ch|py)_/),
      payment_intent: { object: 'payment_intent', status: 'requires_payment_method' },
      payment_method: { object: 'payment_method', type: 'card' },
    });
    expect(error.requestId).toMatch(/^req_/);
  });
});
