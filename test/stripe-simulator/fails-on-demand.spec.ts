import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import { Listener } from '../../src/infrastructure/stripe-simulator/listener';
import type { FaultDefinition } from '../support/simulator-control';
import { eventually, failure, postForm, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';
import { webhookReceiver } from './webhook-receiver';

describe('Faults of requests', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;
  let address: string;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
    address = `${simulator.url}/v1/payment_intents`;
  });
  beforeEach(() => simulator.control.reset());
  afterAll(() => simulator.close());

  const body = { amount: '1000', currency: 'usd' };
  const create = (idempotencyKey = 'k1'): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey });
  const count = async (): Promise<number> => (await simulator.control.state()).payment_intents.length;

  it.each<[FaultDefinition['kind'], number, boolean]>([
    ['reset_before_effect', 0, false],
    ['reset_after_effect', 1, true],
    ['cut_answer', 1, true],
  ])('%s breaks the connection and leaves %d payment behind', async (kind, made, effect) => {
    await simulator.control.fault({ kind });
    const broken = postForm(address, body, { 'Idempotency-Key': 'k1' }).then((response) => response.text());
    await expect(broken).rejects.toThrow();
    expect(await count()).toBe(made);
    expect((await simulator.control.journal())[0]).toMatchObject({ status: 'none', fault: kind, effect });
    await create();
    expect(await count()).toBe(1);
  });

  it.each<[FaultDefinition['kind'], number]>([
    ['timeout_before_effect', 0],
    ['timeout_after_effect', 1],
  ])('%s never answers and leaves %d payment behind', async (kind, made) => {
    await simulator.control.fault({ kind });
    await expect(
      fetch(address, {
        method: 'POST',
        body: new URLSearchParams(body),
        headers: { authorization: 'Bearer sk_test_x' },
        signal: AbortSignal.timeout(200),
      }),
    ).rejects.toThrow();
    expect(await count()).toBe(made);
  });

  it('an error before the effect is kept under the key when it is a 500', async () => {
    await simulator.control.fault({ kind: 'error', status: 500 });
    expect(await failure(create())).toMatchObject({ statusCode: 500, type: 'StripeAPIError' });
    const again = await failure(create());
    expect(again.headers?.['idempotent-replayed']).toBe('true');
    expect(await count()).toBe(0);
  });

  it.each([502, 503, 504, 409])('an error %d before the effect leaves the key free', async (status) => {
    await simulator.control.fault({ kind: 'error', status });
    expect(await failure(create())).toMatchObject({ statusCode: status });
    expect((await create()).amount).toBe(1_000);
    expect(await count()).toBe(1);
  });

  it('a 429 names the limiter, and when to come again', async () => {
    await simulator.control.fault({ kind: 'error', status: 429, reason: 'endpoint-concurrency', retryAfter: 7 });
    const error = await failure(create());
    expect(error).toMatchObject({ statusCode: 429, type: 'StripeRateLimitError', code: 'rate_limit' });
    expect(error.headers).toMatchObject({
      'retry-after': '7',
      'stripe-should-retry': 'false',
      'stripe-rate-limited-reason': 'endpoint-concurrency',
    });
    expect((await create()).amount).toBe(1_000);
  });

  it('a 429 for a lock names no limiter, and is to be tried again', async () => {
    await simulator.control.fault({ kind: 'error', code: 'lock_timeout' });
    const error = await failure(create());
    expect(error).toMatchObject({ statusCode: 429, code: 'lock_timeout', rawType: 'invalid_request_error' });
    expect(error.headers?.['stripe-should-retry']).toBe('true');
    expect(error.headers).not.toHaveProperty('stripe-rate-limited-reason');
  });

  it('a 409 says that the key, or the object, is in use', async () => {
    await simulator.control.fault({ kind: 'error', status: 409 });
    await simulator.control.fault({ kind: 'error', status: 409, code: 'lock_timeout' });
    const keyInUse = await failure(create('k7'));
    expect(keyInUse).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    expect(keyInUse.message).toContain('k7');
    expect(await failure(create('k7'))).toMatchObject({ statusCode: 409, code: 'lock_timeout' });
    expect((await create('k7')).amount).toBe(1_000);
  });

  it.each([402, 403, 418])('an error %d comes in the envelope, with the code asked for', async (status) => {
    await simulator.control.fault({ kind: 'error', status, code: 'something' });
    expect(await failure(create())).toMatchObject({ statusCode: status, code: 'something' });
  });

  it('a plain error is a page without the envelope', async () => {
    await simulator.control.fault({ kind: 'plain_error', status: 503 });
    const response = await postForm(address, body);
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('<h1>503 Service Temporarily Unavailable</h1>');
    expect(await count()).toBe(0);
  });

  it('a delay answers later, and as it would have', async () => {
    await simulator.control.fault({ kind: 'delay', ms: 50 });
    expect((await create()).amount).toBe(1_000);
    expect((await simulator.control.faults())[0]).toMatchObject({ kind: 'delay', applied: 1, active: false });
  });

  it.each<FaultDefinition['kind']>(['timeout_before_effect', 'timeout_after_effect'])(
    '%s hangs up after its time',
    async (kind) => {
      await simulator.control.fault({ kind, ms: 50 });
      await expect(postForm(address, body)).rejects.toThrow();
    },
  );

  describe('refused connections', () => {
    const refused = async (): Promise<boolean> => {
      try {
        await fetch(simulator.url);
        return false;
      } catch (error) {
        return (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED';
      }
    };
    const backAgain = (): Promise<number> =>
      eventually(
        () =>
          fetch(simulator.url).then(
            ({ status }) => status,
            () => 0,
          ),
        (status) => status === 200,
      );

    it('begin at once, and end at the same port', async () => {
      expect(await simulator.control.fault({ kind: 'refuse_connections', ms: 400 })).toMatchObject({ applied: 1 });
      expect(await refused()).toBe(true);
      await backAgain();
      expect((await create()).amount).toBe(1_000);
    });

    it('break the connections that are open', async () => {
      await simulator.control.fault({ kind: 'delay', ms: 2_000 });
      const waiting = expect(postForm(address, body)).rejects.toThrow();
      await eventually(
        () => simulator.control.journal(),
        (entries) => entries.some(({ outcome }) => outcome === 'running'),
      );
      await simulator.control.fault({ kind: 'refuse_connections', ms: 200 });
      await waiting;
      await backAgain();
      // It is carried out all the same, and not in the middle of the next test.
      await eventually(count, (made) => made === 1);
    });

    it('begin when a request matches, which then has no effect', async () => {
      await simulator.control.fault({ kind: 'refuse_connections', ms: 200, match: { method: 'POST' } });
      expect(await refused()).toBe(false);
      await expect(postForm(address, body)).rejects.toThrow();
      await backAgain();
      expect(await count()).toBe(0);
    });

    it('last until the port is free again, when another process took it', async () => {
      const door = createServer();
      const listener = new Listener(door, '127.0.0.1');
      const port = await listener.open(0);
      listener.refuse(30);
      const other = createServer().listen(port, '127.0.0.1');
      await once(other, 'listening');
      let tries = 0;
      door.on('error', () => (tries += 1));
      await eventually(
        () => tries,
        (number) => number > 3,
      );
      expect(door.listenerCount('listening')).toBeLessThanOrEqual(1);
      other.close();
      await once(door, 'listening');
      expect((door.address() as AddressInfo).port).toBe(port);
      await listener.close();
    });

    it('do not keep events from being delivered', async () => {
      const receiver = await webhookReceiver();
      await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
      await simulator.control.fault({ kind: 'webhook_delay', ms: 100 });
      await create();
      await simulator.control.fault({ kind: 'refuse_connections', ms: 60_000, match: { bodyContains: 'now' } });
      await simulator.control.clearFaults();
      await simulator.control.fault({ kind: 'refuse_connections', ms: 1_000 });
      await eventually(
        () => receiver.received.length,
        (number) => number === 1,
      );
      expect(await refused()).toBe(true);
      await backAgain();
      await receiver.close();
    });
  });

  it('match all below a path', async () => {
    await simulator.control.fault({ kind: 'error', status: 503, times: 0, match: { path: '/v1/payment_intents/*' } });
    const { id } = await create();
    expect(await failure(stripe.paymentIntents.retrieve(id))).toMatchObject({ statusCode: 503 });
    expect(await failure(stripe.paymentIntents.cancel(id))).toMatchObject({ statusCode: 503 });
  });

  it('end by time', async () => {
    const { id } = await simulator.control.fault({ kind: 'error', status: 503, times: 0, forMs: 60_000 });
    expect(await failure(create())).toMatchObject({ statusCode: 503 });
    await simulator.control.removeFault(id);
    await simulator.control.fault({ kind: 'error', status: 503, times: 0, forMs: 1 });
    await eventually(
      () => simulator.control.faults(),
      ([fault]) => fault?.active === false,
    );
    expect((await create()).amount).toBe(1_000);
  });

  it('an error after the effect is answered again though the payment exists', async () => {
    await simulator.control.fault({ kind: 'error_after_effect' });
    await failure(create());
    expect(await failure(create())).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
    expect(await count()).toBe(1);
  });

  it('a 502 after the effect leaves what was done under the key', async () => {
    await simulator.control.fault({ kind: 'error_after_effect', status: 502 });
    expect(await failure(create())).toMatchObject({ statusCode: 502 });
    const { lastResponse, amount } = await stripe.paymentIntents.create(
      { amount: 1_000, currency: 'usd' },
      { idempotencyKey: 'k1' },
    );
    expect([amount, lastResponse.headers['idempotent-replayed']]).toEqual([1_000, 'true']);
    expect(await count()).toBe(1);
  });

  it('a plain error has no JSON', async () => {
    await simulator.control.fault({ kind: 'plain_error' });
    const response = await postForm(address, body);
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
    expect(await count()).toBe(0);
  });

  it('strike by method, path and body, after as many as they skip, as often as they are told', async () => {
    await simulator.control.fault({
      kind: 'error',
      status: 503,
      match: { method: 'POST', path: '/v1/payment_intents/:id/cancel', bodyContains: 'cancellation_reason=duplicate' },
      skip: 1,
      times: 1,
    });
    const cancel = async (): Promise<unknown> =>
      stripe.paymentIntents.cancel((await create(String(Math.random()))).id, { cancellation_reason: 'duplicate' });
    await cancel();
    const { id } = await create('another');
    await stripe.paymentIntents.cancel(id);
    expect(await failure(cancel())).toMatchObject({ statusCode: 503 });
    await cancel();
    expect((await simulator.control.faults())[0]).toMatchObject({ matched: 2, applied: 1 });
  });

  it('strike with the same luck in every run', async () => {
    await simulator.control.fault({ kind: 'error', status: 503, times: 0, probability: 0.3 });
    const luck = async (): Promise<number[]> => {
      const statuses: number[] = [];
      for (let made = 0; made < 20; made += 1) statuses.push((await postForm(address, body)).status);
      return statuses;
    };
    const first = await luck();
    await simulator.control.clearFaults();
    await simulator.control.fault({ kind: 'error', status: 503, times: 0, probability: 0.3 });
    expect(await luck()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
  });

  it('strike with the same luck whatever else is struck meanwhile', async () => {
    const luck = async (between: () => Promise<unknown>): Promise<number[]> => {
      const statuses: number[] = [];
      for (let made = 0; made < 20; made += 1) {
        statuses.push((await postForm(address, body)).status);
        await between();
      }
      return statuses;
    };
    const set = async (): Promise<void> => {
      await simulator.control.clearFaults();
      const match = { method: 'POST' };
      await simulator.control.fault({ kind: 'error', status: 503, times: 0, probability: 0.3, match });
      await simulator.control.fault({ kind: 'delay', ms: 0, times: 0, probability: 0.5, match: { method: 'GET' } });
    };
    await set();
    const alone = await luck(() => Promise.resolve());
    await set();
    expect(await luck(() => stripe.paymentIntents.list())).toEqual(alone);
    expect(new Set(alone)).toEqual(new Set([200, 503]));
  });

  it('strike with another luck after another seed', async () => {
    const luck = async (seed: number): Promise<string> => {
      await simulator.control.reset();
      await simulator.control.seedRandom(seed);
      await simulator.control.fault({ kind: 'error', status: 503, times: 0, probability: 0.5 });
      let statuses = '';
      for (let made = 0; made < 24; made += 1) statuses += `${String((await postForm(address, body)).status)} `;
      return statuses;
    };
    const first = await luck(7);
    expect(await luck(7)).toBe(first);
    expect(await luck(8)).not.toBe(first);
  });

  it.each<[object, string]>([
    [{ kind: 'earthquake' }, "'kind' is one of delay, error, "],
    [{}, "'kind' is one of delay, "],
    [
      { kind: 'delay', mss: 5 },
      "'mss' is unknown: a fault of kind 'delay' takes kind, match, times, skip, probability, forMs, ms.",
    ],
    [{ kind: 'delay', status: 500 }, "'status' is unknown: a fault of kind 'delay' takes"],
    [{ kind: 'delay', ms: -1 }, "'ms' is a whole number from 0 to 86400000."],
    [{ kind: 'delay', ms: '5' }, "'ms' is a whole number"],
    [{ kind: 'delay', times: 0.5 }, "'times' is a whole number"],
    [{ kind: 'delay', probability: 1.1 }, "'probability' is a number from 0 to 1."],
    [{ kind: 'error', status: 200 }, "'status' is a whole number from 400 to 599."],
    [{ kind: 'error', status: 429, reason: 'anger' }, "'reason' is one of global-rate, "],
    [{ kind: 'delay', match: 'all' }, "'match' is an object."],
    [
      { kind: 'delay', match: { url: '/v1' } },
      "'url' is unknown: the match of 'delay' takes method, path, bodyContains.",
    ],
    [{ kind: 'delay', match: { eventType: 'charge.*' } }, "'eventType' is unknown: the match of 'delay' takes"],
    [{ kind: 'delay', match: { path: 'payment_intents' } }, "'path' is a path such as /v1/payment_intents/:id."],
    [{ kind: 'delay', match: { method: 'PATCH' } }, "'method' is GET, POST or DELETE."],
    [
      { kind: 'webhook_drop', match: { path: '/v1/x' } },
      "'path' is unknown: the match of 'webhook_drop' takes eventType.",
    ],
    [{ kind: 'webhook_double', copies: 0 }, "'copies' is a whole number from 1 to 1000."],
    [{ kind: 'webhook_old_version', apiVersion: '2022-11-16' }, "'apiVersion' is one of Stripe's versions"],
  ])('refuses %j and says why', async (definition, message) => {
    const response = await fetch(`${simulator.url}/_simulator/faults`, {
      method: 'POST',
      body: JSON.stringify(definition),
    });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: { message: string } }).error.message).toContain(message);
    expect(await simulator.control.faults()).toEqual([]);
  });

  it('the journal shows every request with its body and its answer', async () => {
    await postForm(address, { ...body, 'metadata[k]': 'v', 'expand[]': 'latest_charge' });
    await postForm(address, { amount: '1' });
    const journal = await eventually(
      () => simulator.control.journal(),
      (entries) => entries.length === 2,
    );
    expect(journal).toMatchObject([
      {
        method: 'POST',
        path: '/v1/payment_intents',
        body: { amount: '1000', metadata: { k: 'v' }, expand: ['latest_charge'] },
        status: 200,
        effect: true,
      },
      { status: 400, effect: false },
    ]);
    expect(journal.map(({ outcome }) => outcome)).toEqual(['done', 'refused']);
    expect(journal.every(({ durationMs }) => typeof durationMs === 'number')).toBe(true);
  });
});
