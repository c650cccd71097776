import type Stripe from 'stripe';
import type { FaultDefinition } from '../support/simulator-control';
import { eventually, failure, postForm, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

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

  it.each([502, 503, 409])('an error %d before the effect leaves the key free', async (status) => {
    await simulator.control.fault({ kind: 'error', status });
    expect(await failure(create())).toMatchObject({ statusCode: status });
    expect((await create()).amount).toBe(1_000);
    expect(await count()).toBe(1);
  });

  it('a 429 tells the client to come again', async () => {
    await simulator.control.fault({ kind: 'error', status: 429, code: 'lock_timeout' });
    const error = await failure(create());
    expect(error).toMatchObject({ statusCode: 429, type: 'StripeRateLimitError', code: 'lock_timeout' });
    expect(error.headers).toMatchObject({ 'retry-after': '1', 'stripe-should-retry': 'true' });
  });

  it('an error after the effect is answered again though the payment exists', async () => {
    await simulator.control.fault({ kind: 'error_after_effect' });
    await failure(create());
    expect(await failure(create())).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
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

  it('refuses a fault that it does not know', async () => {
    await expect(simulator.control.fault({ kind: 'earthquake' as 'delay' })).rejects.toThrow('400');
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
  });
});
