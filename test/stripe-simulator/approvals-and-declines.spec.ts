import type Stripe from 'stripe';
import { confirmedPayment, failure, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

describe('Stripe test payment methods', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
  });
  afterAll(() => simulator.close());

  const pay = (
    payment_method: string,
    more: Partial<Stripe.PaymentIntentCreateParams> = {},
  ): Promise<Stripe.PaymentIntent> => stripe.paymentIntents.create({ ...confirmedPayment, payment_method, ...more });

  it.each([
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
  ])('%s leaves its reason in the intent and in the charge', async (token, code, declineCode) => {
    const error = await failure(pay(token));
    // The SDK turns a missing decline code into an empty one.
    expect(error.decline_code).toBe(declineCode ?? '');
    expect(await stripe.paymentIntents.retrieve(error.payment_intent?.id ?? '')).toMatchObject({
      latest_charge: error.charge,
      last_payment_error: {
        type: 'card_error',
        code,
        charge: error.charge,
        payment_method: { object: 'payment_method' },
      },
    });
    expect((await stripe.charges.retrieve(error.charge ?? '')).outcome).toMatchObject({
      network_status: 'declined_by_network',
      type: 'issuer_declined',
      reason: declineCode ?? code,
    });
  });

  it('is blocked by Radar before the network sees it', async () => {
    const error = await failure(pay('pm_card_radarBlock'));
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect((await stripe.charges.retrieve(error.charge ?? '')).outcome).toMatchObject({
      type: 'blocked',
      network_status: 'not_sent_to_network',
      reason: 'highest_risk_level',
      risk_level: 'highest',
    });
  });

  it('can be paid by another card after a decline, and keeps both charges', async () => {
    const error = await failure(pay('pm_card_chargeDeclined'));
    const id = error.payment_intent?.id ?? '';
    const paid = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
    const { data } = await stripe.charges.list({ payment_intent: id });
    expect(data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });

  it('makes money available at once with pm_card_bypassPending', async () => {
    const paid = await pay('pm_card_bypassPending', {
      capture_method: 'automatic',
      expand: ['latest_charge.balance_transaction'],
    });
    expect(paid.latest_charge).toMatchObject({ balance_transaction: { status: 'available' } });
  });

  it('pays off session with a card that is already set up for it', async () => {
    const token = 'pm_card_authenticationRequiredSetupForOffSession';
    expect((await pay(token, { off_session: true })).status).toBe('succeeded');
    expect((await pay(token)).status).toBe('requires_action');
  });
});
