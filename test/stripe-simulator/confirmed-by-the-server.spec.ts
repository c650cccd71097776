import type Stripe from 'stripe';
import { failure, simulatorUnderTest, stripeClient, type SimulatorUnderTest } from './simulator-under-test';

describe('A payment that the server confirms by itself', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
  });
  afterAll(() => simulator.close());

  const begin = (card: string): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'gbp',
      allowed_payment_method_types: ['card'],
      confirmation_method: 'manual',
      payment_method: card,
      confirm: true,
      use_stripe_sdk: true,
    });

  it('waits for the server again after the challenge, and is paid then', async () => {
    const waiting = await begin('pm_card_threeDSecure2Required');
    expect(waiting).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });
    expect(await simulator.control.authenticate(waiting.id, 'succeed')).toMatchObject({
      status: 'requires_confirmation',
      next_action: null,
      latest_charge: null,
    });
    const paid = await stripe.paymentIntents.confirm(waiting.id, { expand: ['latest_charge'] });
    expect(paid).toMatchObject({
      status: 'succeeded',
      latest_charge: { payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } } },
    });
  });

  it('is declined then where the bank declines after the challenge', async () => {
    const waiting = await begin('pm_card_threeDSecureRequiredChargeDeclined');
    await simulator.control.authenticate(waiting.id, 'succeed');
    expect(await failure(stripe.paymentIntents.confirm(waiting.id))).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    });
  });

  it('asks the bank again for another card', async () => {
    const waiting = await begin('pm_card_threeDSecure2Required');
    await simulator.control.authenticate(waiting.id, 'succeed');
    const again = await stripe.paymentIntents.confirm(waiting.id, { payment_method: 'pm_card_authenticationRequired' });
    expect(again.status).toBe('requires_action');
  });

  it('is not confirmed by the page of the shop', async () => {
    const { id, client_secret: secret } = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'gbp',
      allowed_payment_method_types: ['card'],
      confirmation_method: 'manual',
      payment_method: 'pm_card_visa',
    });
    const page = stripeClient(simulator.port, 'pk_test_page');
    const error = await failure(
      page.rawRequest('POST', `/v1/payment_intents/${id}/confirm`, { client_secret: secret ?? '' }),
    );
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
  });

  it('is confirmed by the page where the server leaves it to it, and tells the page little', async () => {
    const { id, client_secret: secret } = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'gbp',
      allowed_payment_method_types: ['card'],
      metadata: { secret: 'of the shop' },
    });
    const page = stripeClient(simulator.port, 'pk_test_page');
    const shown = await page.rawRequest('POST', `/v1/payment_intents/${id}/confirm`, {
      client_secret: secret ?? '',
      payment_method: 'pm_card_visa',
    });
    expect(shown).toMatchObject({ id, status: 'succeeded' });
    expect(shown).not.toHaveProperty('metadata');
    expect(shown).not.toHaveProperty('latest_charge');
  });
});
