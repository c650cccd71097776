import type Stripe from 'stripe';
import { confirmedPayment, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

describe('3-D Secure', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
  });
  afterAll(() => simulator.close());

  const begin = (payment_method = 'pm_card_threeDSecure2Required'): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create({
      ...confirmedPayment,
      payment_method,
      return_url: 'https://shop.example/back?order=7',
    });

  const press = (url: string, outcome: string): Promise<Response> =>
    fetch(url, { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' });

  it('sends the customer to the page of the bank, and back with what became of the payment', async () => {
    const waiting = await begin();
    expect(waiting).toMatchObject({
      status: 'requires_action',
      next_action: { type: 'redirect_to_url' },
      latest_charge: null,
    });
    const url = waiting.next_action?.redirect_to_url?.url ?? '';
    const shown = await (await fetch(url)).text();
    expect(shown).toContain('<html lang="en">');
    expect(shown).toContain('Complete authentication');
    expect(shown).toContain('Fail authentication');
    const back = await press(url, 'succeed');
    expect(back.status).toBe(303);
    const location = new URL(back.headers.get('location') ?? '');
    expect(Object.fromEntries(location.searchParams)).toEqual({
      order: '7',
      payment_intent: waiting.id,
      payment_intent_client_secret: waiting.client_secret,
      redirect_status: 'succeeded',
    });
    const paid = await stripe.paymentIntents.retrieve(waiting.id, { expand: ['latest_charge'] });
    expect(paid).toMatchObject({
      status: 'succeeded',
      next_action: null,
      latest_charge: { payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } } },
    });
  });

  it('leaves the payment to be paid another way when authentication fails', async () => {
    const waiting = await begin();
    const back = await press(waiting.next_action?.redirect_to_url?.url ?? '', 'fail');
    expect(new URL(back.headers.get('location') ?? '').searchParams.get('redirect_status')).toBe('failed');
    const failed = await stripe.paymentIntents.retrieve(waiting.id);
    expect(failed).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure', type: 'invalid_request_error' },
      latest_charge: null,
    });
    expect((await stripe.events.list({ limit: 1 })).data[0]?.type).toBe('payment_intent.payment_failed');
  });

  it('leaves the next step to Stripe.js where there is no return_url', async () => {
    const waiting = await stripe.paymentIntents.create({
      ...confirmedPayment,
      payment_method: 'pm_card_threeDSecure2Required',
    });
    expect(waiting.next_action).toMatchObject({ type: 'use_stripe_sdk' });
    expect(await simulator.control.authenticate(waiting.id, 'succeed')).toMatchObject({ status: 'succeeded' });
  });

  it('may be declined by the bank after the customer has authenticated', async () => {
    const waiting = await begin('pm_card_authenticationRequiredChargeDeclinedInsufficientFunds');
    expect(await simulator.control.authenticate(waiting.id, 'succeed')).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' },
    });
  });

  it('may be left for another payment method', async () => {
    const waiting = await begin();
    const paid = await stripe.paymentIntents.confirm(waiting.id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ status: 'succeeded', next_action: null });
    expect((await press(waiting.next_action?.redirect_to_url?.url ?? '', 'succeed')).status).toBe(409);
  });

  it('holds the money after authentication where capture is manual', async () => {
    const waiting = await stripe.paymentIntents.create({
      ...confirmedPayment,
      payment_method: 'pm_card_authenticationRequired',
      capture_method: 'manual',
    });
    expect(await simulator.control.authenticate(waiting.id, 'succeed')).toMatchObject({ status: 'requires_capture' });
  });
});
