import type Stripe from 'stripe';
import {
  confirmedPayment,
  failure,
  postForm,
  simulatorUnderTest,
  type SimulatorUnderTest,
} from './simulator-under-test';

describe('Idempotency keys', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;
  let address: string;

  beforeEach(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
    address = `${simulator.url}/v1/payment_intents`;
  });
  afterEach(() => simulator.close());

  const body = { amount: '1000', currency: 'usd', 'metadata[a]': '1', description: 'x' };

  it('answer again what was answered first, and do nothing again', async () => {
    const first = await postForm(address, body, { 'Idempotency-Key': 'k1' });
    // The same parameters in another order are the same.
    const again = await postForm(
      address,
      { description: 'x', 'metadata[a]': '1', currency: 'usd', amount: '1000' },
      { 'Idempotency-Key': 'k1' },
    );
    expect(await again.text()).toBe(await first.text());
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('idempotency-key')).toBe('k1');
    expect((await simulator.control.state()).payment_intents).toHaveLength(1);
    expect((await simulator.control.journal()).map(({ replayed, effect }) => [replayed, effect])).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  it.each(['error', 'error_after_effect'] as const)(
    'keep the first answer while %s strikes who asks again',
    async (kind) => {
      const first = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'k1' });
      await simulator.control.fault({ kind, status: 500 });
      const again = (): Promise<Stripe.PaymentIntent> =>
        stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'k1' });
      expect(await failure(again())).toMatchObject({ statusCode: 500 });
      expect((await again()).id).toBe(first.id);
      expect((await simulator.control.journal()).map(({ outcome }) => outcome)).toEqual(['done', 'failed', 'replayed']);
    },
  );

  it('refuse other parameters and another endpoint', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'k1' });
    const other = await failure(
      stripe.paymentIntents.create({ amount: 1_001, currency: 'usd' }, { idempotencyKey: 'k1' }),
    );
    expect(other).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
    await stripe.paymentIntents.cancel(id, {}, { idempotencyKey: 'k2' });
    const another = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    const elsewhere = await failure(stripe.paymentIntents.cancel(another.id, {}, { idempotencyKey: 'k2' }));
    expect(elsewhere).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
  });

  it('keep a decline and a 404, but not a refusal of the parameters', async () => {
    const declined = { ...confirmedPayment, payment_method: 'pm_card_chargeDeclined' };
    const first = await failure(stripe.paymentIntents.create(declined, { idempotencyKey: 'k1' }));
    const again = await failure(stripe.paymentIntents.create(declined, { idempotencyKey: 'k1' }));
    expect(again.charge).toBe(first.charge);
    expect(again.headers?.['idempotent-replayed']).toBe('true');
    await failure(stripe.paymentIntents.cancel('pi_none', {}, { idempotencyKey: 'k2' }));
    const missing = await failure(stripe.paymentIntents.cancel('pi_none', {}, { idempotencyKey: 'k2' }));
    expect(missing.headers?.['idempotent-replayed']).toBe('true');
    await failure(stripe.paymentIntents.create({ amount: 1, currency: 'usd' }, { idempotencyKey: 'k3' }));
    expect(
      await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'k3' }),
    ).toMatchObject({ amount: 1_000 });
  });

  it('answer 409 while the first request is running', async () => {
    await simulator.control.fault({ kind: 'delay', ms: 400 });
    const slow = postForm(address, body, { 'Idempotency-Key': 'k1' });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const meanwhile = await postForm(address, body, { 'Idempotency-Key': 'k1' });
    expect(meanwhile.status).toBe(409);
    expect(await meanwhile.json()).toMatchObject({ error: { code: 'idempotency_key_in_use' } });
    expect((await slow).status).toBe(200);
    expect((await postForm(address, body, { 'Idempotency-Key': 'k1' })).headers.get('idempotent-replayed')).toBe(
      'true',
    );
  });

  it('are forgotten after 24 hours', async () => {
    const first = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'k1' });
    await simulator.control.advanceClock(86_400 - 60);
    const same = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'k1' });
    expect(same.id).toBe(first.id);
    await simulator.control.advanceClock(120);
    const other = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'k1' });
    expect(other.id).not.toBe(first.id);
  });
});
