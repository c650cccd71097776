import type Stripe from 'stripe';
import { contract, refusal, type Target } from '../support/stripe-contract';

const withoutRedirects = { enabled: true, allow_redirects: 'never' } as const;

function pay({ stripe }: Target, card: string): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.create({
    amount: 2_000,
    currency: 'gbp',
    payment_method: card,
    confirm: true,
    automatic_payment_methods: withoutRedirects,
  });
}

contract('every test card', (target) => {
  it.each([
    ['pm_card_visa', 'visa', '4242'],
    ['pm_card_visa_debit', 'visa', '5556'],
    ['pm_card_mastercard', 'mastercard', '4444'],
    ['pm_card_mastercard_debit', 'mastercard', '8210'],
    ['pm_card_mastercard_prepaid', 'mastercard', '5100'],
    ['pm_card_amex', 'amex', '0005'],
    ['pm_card_discover', 'discover', '1117'],
    ['pm_card_diners', 'diners', '0004'],
    ['pm_card_jcb', 'jcb', '0505'],
    ['pm_card_unionpay', 'unionpay', '0005'],
    ['pm_card_threeDSecureOptional', 'visa', '3055'],
    ['pm_card_createDispute', 'visa', '0259'],
    ['pm_card_createDisputeProductNotReceived', 'visa', '2685'],
    ['pm_card_createDisputeInquiry', 'visa', '1976'],
    ['pm_card_pendingRefund', 'visa', '7726'],
    ['pm_card_refundFail', 'visa', '5126'],
    ['pm_card_bypassPending', 'visa', '0077'],
  ])('%s pays at once', async (card, brand, last4) => {
    const { id, status } = await pay(target(), card);
    expect(status).toBe('succeeded');
    const { latest_charge: charge } = await target().stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    expect(charge).toMatchObject({
      paid: true,
      captured: true,
      status: 'succeeded',
      payment_method_details: { type: 'card', card: { brand, last4 } },
    });
  });

  it.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_declined', 'card_velocity_exceeded'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', undefined],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', undefined],
    ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline'],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
    ['pm_card_threeDSecureRequiredProcessingError', 'card_declined', undefined],
  ])('%s is declined', async (card, code, declineCode) => {
    const error = await refusal(pay(target(), card));
    expect(error).toMatchObject({
      statusCode: 402,
      rawType: 'card_error',
      code,
      ...(declineCode === undefined ? {} : { decline_code: declineCode }),
      payment_intent: { status: 'requires_payment_method', payment_method: null, last_payment_error: { code } },
    });
    const charge = await target().stripe.charges.retrieve(error.charge ?? '');
    expect(charge).toMatchObject({ paid: false, captured: false, status: 'failed', failure_code: code });
  });

  it('pm_card_radarBlock never reaches the network', async () => {
    const error = await refusal(pay(target(), 'pm_card_radarBlock'));
    expect((await target().stripe.charges.retrieve(error.charge ?? '')).outcome).toMatchObject({
      type: 'blocked',
      network_status: 'not_sent_to_network',
      risk_level: 'highest',
    });
  });

  it.each([
    'pm_card_authenticationRequired',
    'pm_card_authenticationRequiredOnSetup',
    'pm_card_authenticationRequiredSetupForOffSession',
    'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
    'pm_card_threeDSecure2Required',
    'pm_card_threeDSecureRequiredChargeDeclined',
  ])('%s waits for its bank, without a charge', async (card) => {
    const intent = await pay(target(), card);
    expect(intent).toMatchObject({
      status: 'requires_action',
      latest_charge: null,
      next_action: { type: 'use_stripe_sdk' },
    });
  });

  it.each([
    ['pm_card_visa_chargeDeclined', 'card_declined'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined'],
    ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_declined'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error'],
  ])('%s cannot be kept for a customer', async (card, code) => {
    const { stripe } = target();
    const { id: customer } = await stripe.customers.create();
    const error = await refusal(stripe.paymentMethods.attach(card, { customer }));
    expect(error).toMatchObject({ statusCode: 402, rawType: 'card_error', code });
    expect((await stripe.customers.listPaymentMethods(customer)).data).toEqual([]);
  });

  it('pm_card_chargeCustomerFail can be kept, and is declined then', async () => {
    const { stripe } = target();
    const { id: customer } = await stripe.customers.create();
    const method = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    expect(method).toMatchObject({ customer, card: { last4: '0341' } });
    const error = await refusal(
      stripe.paymentIntents.create({
        amount: 2_000,
        currency: 'gbp',
        customer,
        payment_method: method.id,
        off_session: true,
        confirm: true,
        automatic_payment_methods: withoutRedirects,
      }),
    );
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
  });

  it.each([
    ['tok_visa', 'visa', '4242'],
    ['tok_mastercard', 'mastercard', '4444'],
    ['tok_amex', 'amex', '0005'],
    ['tok_visa_chargeDeclined', 'visa', '0002'],
    ['tok_chargeCustomerFail', 'visa', '0341'],
    ['tok_threeDSecure2Required', 'visa', '3220'],
    ['tok_createDispute', 'visa', '0259'],
  ])('%s is the same card by its older name', async (token, brand, last4) => {
    const method = await target().stripe.paymentMethods.create({ type: 'card', card: { token } });
    expect(method).toMatchObject({ type: 'card', customer: null, card: { brand, last4 } });
  });

  it.each([
    ['pm_card_authenticationRequired', 'authentication_required'],
    ['pm_card_threeDSecure2Required', 'authentication_required'],
    ['pm_card_authenticationRequiredOnSetup', 'authentication_required'],
  ])('%s cannot pay without its customer', async (card, code) => {
    const { stripe } = target();
    const { id: customer } = await stripe.customers.create();
    const { id: method } = await stripe.paymentMethods.attach(card, { customer });
    const error = await refusal(
      stripe.paymentIntents.create({
        amount: 2_000,
        currency: 'gbp',
        customer,
        payment_method: method,
        off_session: true,
        confirm: true,
        automatic_payment_methods: withoutRedirects,
      }),
    );
    expect(error).toMatchObject({
      statusCode: 402,
      code,
      decline_code: 'authentication_required',
      charge: expect.stringMatching(/^ch_/) as string,
      payment_intent: { status: 'requires_payment_method' },
    });
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(error.payment_intent?.id ?? '', {
      expand: ['latest_charge'],
    });
    expect(charge).toMatchObject({ id: error.charge, status: 'failed', failure_code: 'authentication_required' });
  });

  it('pm_card_authenticationRequiredSetupForOffSession pays without its customer', async () => {
    const { stripe } = target();
    const { id: customer } = await stripe.customers.create();
    const { id: method } = await stripe.paymentMethods.attach('pm_card_authenticationRequiredSetupForOffSession', {
      customer,
    });
    const intent = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'gbp',
      customer,
      payment_method: method,
      off_session: true,
      confirm: true,
      automatic_payment_methods: withoutRedirects,
    });
    expect(intent.status).toBe('succeeded');
  });
});
