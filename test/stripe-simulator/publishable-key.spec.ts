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
});
