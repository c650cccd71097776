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
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', undefined],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', undefined],
    ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_declined', 'card_velocity_exceeded'],
    ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline'],
    ['pm_card_threeDSecureRequiredProcessingError', 'card_declined', 'generic_decline'],
  ])('%s is declined with %s and %s', async (token, code, declineCode) => {
    const error = await failure(pay(token));
    expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', code });
    // The SDK turns a missing decline code into an empty one.
    expect(error.decline_code).toBe(declineCode ?? '');
    const intent = await stripe.paymentIntents.retrieve(error.payment_intent?.id ?? '');
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      latest_charge: error.charge,
      last_payment_error: {
        type: 'card_error',
        code,
        charge: error.charge,
        payment_method: { object: 'payment_method' },
      },
    });
    expect(await stripe.charges.retrieve(error.charge ?? '')).toMatchObject({
      status: 'failed',
      paid: false,
      captured: false,
      failure_code: code,
      balance_transaction: null,
      outcome: { network_status: 'declined_by_network', type: 'issuer_declined', reason: declineCode ?? code },
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

  it.each([
    'pm_card_visa',
    'pm_card_visa_debit',
    'pm_card_mastercard',
    'pm_card_amex',
    'pm_card_threeDSecureOptional',
    'pm_card_createDispute',
    'pm_card_createDisputeProductNotReceived',
    'pm_card_createDisputeInquiry',
    'pm_card_pendingRefund',
    'pm_card_refundFail',
    'pm_card_bypassPending',
  ])('%s pays', async (token) => {
    expect((await pay(token)).status).toBe('succeeded');
  });

  it('makes money available at once with pm_card_bypassPending', async () => {
    const paid = await pay('pm_card_bypassPending', {
      capture_method: 'automatic',
      expand: ['latest_charge.balance_transaction'],
    });
    expect(paid.latest_charge).toMatchObject({ balance_transaction: { status: 'available' } });
  });

  it.each([
    'pm_card_authenticationRequired',
    'pm_card_authenticationRequiredOnSetup',
    'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
    'pm_card_threeDSecure2Required',
    'pm_card_threeDSecureRequiredChargeDeclined',
  ])('%s asks for authentication, and is declined off session', async (token) => {
    expect((await pay(token)).status).toBe('requires_action');
    expect(await failure(pay(token, { off_session: true }))).toMatchObject({
      statusCode: 402,
      code: 'authentication_required',
      decline_code: 'authentication_required',
    });
  });

  it('pays off session with a card that is already set up for it', async () => {
    const token = 'pm_card_authenticationRequiredSetupForOffSession';
    expect((await pay(token, { off_session: true })).status).toBe('succeeded');
    expect((await pay(token)).status).toBe('requires_action');
  });
});
