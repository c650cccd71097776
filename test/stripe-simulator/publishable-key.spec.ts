import type Stripe from 'stripe';
import { failure, simulatorUnderTest, stripeClient, type SimulatorUnderTest } from './simulator-under-test';

describe('A publishable key, as Stripe.js uses it', () => {
  let simulator: SimulatorUnderTest;
  let browser: Stripe;
  let intent: Stripe.PaymentIntent;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    browser = stripeClient(simulator.port, 'pk_test_simulator');
    intent = await simulator.stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'usd',
      metadata: { secret: 'yes' },
    });
  });
  afterAll(() => simulator.close());

  it('reads a payment by its client secret, and only what the customer may see', async () => {
    const seen = await browser.paymentIntents.retrieve(intent.id, { client_secret: intent.client_secret ?? '' });
    expect(seen).toMatchObject({ id: intent.id, status: 'requires_payment_method' });
    expect(seen).not.toHaveProperty('metadata');
  });

  it('is refused with a wrong client secret or none', async () => {
    expect(await failure(browser.paymentIntents.retrieve(intent.id, { client_secret: 'pi_x_secret_y' }))).toMatchObject(
      {
        statusCode: 400,
        code: 'payment_intent_invalid_parameter',
        param: 'client_secret',
      },
    );
    expect(await failure(browser.paymentIntents.retrieve(intent.id))).toMatchObject({ code: 'parameter_missing' });
  });

  it('may not list, create or capture', async () => {
    for (const act of [
      browser.paymentIntents.list(),
      browser.paymentIntents.create({ amount: 1_000, currency: 'usd' }),
      browser.paymentIntents.capture(intent.id),
    ]) {
      expect(await failure(act)).toMatchObject({ statusCode: 403, code: 'secret_key_required' });
    }
  });

  it('confirms the payment', async () => {
    const params = {
      client_secret: intent.client_secret,
      payment_method: 'pm_card_visa',
      return_url: 'https://shop.example/back',
    } as Stripe.PaymentIntentConfirmParams;
    expect(await browser.paymentIntents.confirm(intent.id, params)).toMatchObject({ status: 'succeeded' });
  });

  it('sees no more of the payment in an error', async () => {
    const { client_secret: secret, id } = await simulator.stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'usd',
      metadata: { secret: 'yes' },
    });
    await simulator.stripe.paymentIntents.confirm(id, {
      payment_method: 'pm_card_visa',
      return_url: 'https://shop.example/back',
    });
    const params = { client_secret: secret } as Stripe.PaymentIntentConfirmParams;
    const { code, raw } = await failure(browser.paymentIntents.confirm(id, params));
    expect(code).toBe('payment_intent_unexpected_state');
    const { payment_intent: shown } = raw as { payment_intent: object };
    expect(shown).toMatchObject({ id, status: 'succeeded' });
    for (const hidden of ['metadata', 'latest_charge', 'customer']) expect(shown).not.toHaveProperty(hidden);
    const { raw: told } = await failure(simulator.stripe.paymentIntents.confirm(id));
    expect(told).toHaveProperty('payment_intent.metadata', { secret: 'yes' });
  });

  it('sees no more of the setup in an error', async () => {
    const { client_secret: secret, id } = await simulator.stripe.setupIntents.create({ metadata: { secret: 'yes' } });
    await simulator.stripe.setupIntents.cancel(id);
    const params = { client_secret: secret } as Stripe.SetupIntentConfirmParams;
    const { raw } = await failure(browser.setupIntents.confirm(id, params));
    const { setup_intent: shown } = raw as { setup_intent: object };
    expect(shown).toMatchObject({ id, status: 'canceled' });
    expect(shown).not.toHaveProperty('metadata');
  });

  describe('as a parameter, as a page sends it', () => {
    const ask = (query: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`${simulator.url}/v1/payment_intents/${intent.id}${query}`, {
        ...init,
        headers: { Origin: 'https://shop.example' },
      });

    it('reads the payment, and any page may see the answer', async () => {
      const response = await ask(
        `?key=pk_test_x&_stripe_version=2022-08-01&client_secret=${String(intent.client_secret)}`,
      );
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('stripe-version')).toBe('2022-08-01');
    });

    it('confirms a payment with all that a page tells of itself', async () => {
      const other = await simulator.stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
      const response = await fetch(`${simulator.url}/v1/payment_intents/${other.id}/confirm`, {
        method: 'POST',
        body: new URLSearchParams({
          key: 'pk_test_x',
          client_secret: String(other.client_secret),
          payment_method: 'pm_card_visa',
          return_url: 'https://shop.example/back',
          referrer: 'https://shop.example',
          time_on_page: '1234',
          'client_attribution_metadata[client_session_id]': 'x',
        }),
      });
      expect(await response.json()).toMatchObject({ status: 'succeeded' });
    });

    it('is no way for a secret key', async () => {
      expect((await ask('?key=sk_test_x')).status).toBe(401);
    });

    it('stays out of the journal', async () => {
      await ask(`?key=pk_test_hidden&client_secret=${String(intent.client_secret)}`);
      expect(JSON.stringify(await simulator.control.journal())).not.toContain('pk_test_hidden');
    });
  });
});
