import { contract, send } from '../support/stripe-contract';

contract('Requests', (target) => {
  const post = (form: string, headers: Record<string, string> = {}): Promise<Response> =>
    send(target(), 'POST', '/v1/payment_intents', { form, headers });

  it('may ask for an older version, which is echoed', async () => {
    const response = await send(target(), 'GET', '/v1/balance_transactions?limit=1', {
      headers: { 'Stripe-Version': '2022-11-15' },
    });
    expect([response.status, response.headers.get('stripe-version')]).toEqual([200, '2022-11-15']);
  });

  it('may not ask for a version that there never was', async () => {
    const response = await send(target(), 'GET', '/v1/balance_transactions?limit=1', {
      headers: { 'Stripe-Version': '2019-2-19' },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        type: 'invalid_request_error',
        message: expect.stringMatching(/^Invalid Stripe API version: 2019-2-19/),
      },
    });
  });

  it('are forms, not JSON', async () => {
    const response = await send(target(), 'POST', '/v1/payment_intents', {
      form: JSON.stringify({ amount: 1_000, currency: 'usd' }),
      headers: { 'Content-Type': 'application/json' },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        type: 'invalid_request_error',
        message: expect.stringMatching(/^Invalid request: unsupported Content-Type application\/json/),
      },
    });
  });

  it.each(['PUT', 'PATCH'])('by %s lead nowhere', async (method) => {
    const response = await fetch(`${target().url}/v1/payment_intents`, {
      method,
      headers: { Authorization: `Bearer ${target().key}` },
    });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: {
        type: 'invalid_request_error',
        message: expect.stringMatching(`^Unrecognized request URL \\(${method}: /v1/payment_intents\\)`),
      },
    });
  });

  it('without a key are told how to give one', async () => {
    const response = await fetch(`${target().url}/v1/payment_intents`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      error: {
        type: 'invalid_request_error',
        message: expect.stringMatching(/^You did not provide an API key/),
      },
    });
  });

  it('give hashes and lists in brackets, numbered or not', async () => {
    const numbered = await post('amount=1000&currency=usd&metadata[a]=1&expand[0]=latest_charge');
    const plain = await post('amount=1000&currency=usd&metadata%5Ba%5D=1&expand%5B%5D=latest_charge');
    for (const response of [numbered, plain]) {
      expect(await response.json()).toMatchObject({ metadata: { a: '1' }, latest_charge: null });
    }
  });

  it('with one parameter twice mean the later', async () => {
    expect(await (await post('amount=1000&amount=2000&currency=usd')).json()).toMatchObject({ amount: 2_000 });
  });

  it('that are refused for their parameters leave the idempotency key free', async () => {
    const key = { 'Idempotency-Key': `free-${String(Date.now())}-${String(Math.random())}` };
    expect((await post('amount=1000&currency=usd&colour=red', key)).status).toBe(400);
    const second = await post('amount=1000&currency=usd', key);
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([200, null]);
    const third = await post('amount=1000&currency=usd', key);
    expect([third.status, third.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
  });

  it('may carry a key of 255 characters, and no longer one', async () => {
    const key = `${String(Date.now())}-${String(Math.random())}`.padEnd(255, 'x');
    expect((await post('amount=1000&currency=usd', { 'Idempotency-Key': key })).status).toBe(200);
    const response = await post('amount=1000&currency=usd', { 'Idempotency-Key': `${key}x` });
    expect(response.status).toBe(400);
    expect(await response.json()).toHaveProperty('error.message');
  });

  it('from a page are allowed to any origin', async () => {
    const preflight = await fetch(`${target().url}/v1/payment_intents`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://shop.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization',
      },
    });
    expect(preflight.ok).toBe(true);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
    const asked = await send(target(), 'GET', '/v1/payment_intents?limit=1', {
      headers: { Origin: 'https://shop.example' },
    });
    expect(asked.headers.get('access-control-allow-origin')).toMatch(/^(\*|https:\/\/shop\.example)$/);
    expect(asked.headers.get('access-control-expose-headers')).toContain('Request-Id');
  });
});
