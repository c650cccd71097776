import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { newId } from '../core/ids';
import type { Decline } from './test-cards';

const AUTHORIZATION_SECONDS = 7 * 86_400;

export interface ChargeRequest {
  paymentIntent: Stripe.PaymentIntent;
  paymentMethod: Stripe.PaymentMethod;
  decline: Decline | null;
  capture: boolean;
  authenticated: boolean;
  /** By which mandate an account is debited; null for a card. */
  mandate: string | null;
}

export function newCharge(ctx: Context, request: ChargeRequest): Stripe.Charge {
  const { paymentIntent, paymentMethod, decline, capture } = request;
  const pending = paymentMethod.type !== 'card';
  const id = newId(pending ? 'py' : 'ch');
  const paid = decline === null && !pending;
  const captured = decline === null && capture;
  return {
    id,
    object: 'charge',
    amount: paymentIntent.amount,
    amount_captured: captured ? paymentIntent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: paymentMethod.billing_details,
    calculated_statement_descriptor: statementDescriptor(paymentIntent),
    captured,
    created: ctx.clock.now(),
    currency: paymentIntent.currency,
    customer: paymentIntent.customer,
    description: paymentIntent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: paymentIntent.metadata,
    on_behalf_of: null,
    outcome: decline === null ? approved() : refused(decline),
    paid,
    payment_intent: paymentIntent.id,
    payment_method: paymentMethod.id,
    payment_method_details: pending ? debitDetails(request) : { card: cardDetails(ctx, request), type: 'card' },
    receipt_email: paymentIntent.receipt_email,
    receipt_number: null,
    receipt_url: paid ? `${ctx.publicUrl}/_simulator/receipts/${id}` : null,
    refunded: false,
    review: null,
    shipping: paymentIntent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: paymentIntent.statement_descriptor,
    statement_descriptor_suffix: paymentIntent.statement_descriptor_suffix,
    status: statusOf(decline, pending),
    transfer_data: null,
    transfer_group: paymentIntent.transfer_group,
  };
}

function statementDescriptor(paymentIntent: Stripe.PaymentIntent): string {
  const suffix = paymentIntent.statement_descriptor_suffix;
  return suffix === null ? 'SIMULATOR' : `SIMULATOR* ${suffix}`.toUpperCase().slice(0, 22);
}

function approved(): Stripe.Charge.Outcome {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: 'approved_by_network',
    reason: null,
    risk_level: 'normal',
    risk_score: 12,
    seller_message: 'Payment complete.',
    type: 'authorized',
  };
}

function refused(decline: Decline): Stripe.Charge.Outcome {
  const codes = { advice_code: decline.advice, network_advice_code: null, network_decline_code: null };
  if (decline.blocked === true) {
    return {
      ...codes,
      network_status: 'not_sent_to_network',
      reason: 'highest_risk_level',
      risk_level: 'highest',
      risk_score: 92,
      seller_message: 'Stripe blocked this charge as too risky.',
      type: 'blocked',
    };
  }
  const reason = decline.declineCode ?? decline.code;
  return {
    ...codes,
    network_status: 'declined_by_network',
    reason,
    risk_level: 'normal',
    risk_score: 24,
    seller_message:
      reason === 'generic_decline'
        ? 'The bank did not return any further details with this decline.'
        : `The bank returned the decline code \`${reason}\`.`,
    type: 'issuer_declined',
  };
}

function statusOf(decline: Decline | null, pending: boolean): Stripe.Charge.Status {
  if (decline !== null) return 'failed';
  return pending ? 'pending' : 'succeeded';
}

/** What a charge becomes whose bank answered no, days later. */
export function refusedByBank({ code, message }: { code: string; message: string }): Partial<Stripe.Charge> {
  return {
    amount_captured: 0,
    captured: false,
    failure_code: code,
    failure_message: message,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: 'declined_by_network',
      reason: 'generic_decline',
      risk_level: 'not_assessed',
      seller_message: 'The bank did not return any further details with this decline.',
      type: 'issuer_declined',
    },
    paid: false,
    status: 'failed',
  };
}

function debitDetails({ paymentMethod, mandate }: ChargeRequest): Stripe.Charge.PaymentMethodDetails {
  const { bacs_debit: bacs, sepa_debit: sepa } = paymentMethod;
  if (bacs !== undefined) return { type: 'bacs_debit', bacs_debit: { ...bacs, mandate } };
  if (sepa === undefined) throw new Error(`${paymentMethod.id} is no debit`);
  const { generated_from: _origin, ...account } = sepa;
  return { type: 'sepa_debit', sepa_debit: { ...account, mandate } };
}

function cardDetails(ctx: Context, request: ChargeRequest): Stripe.Charge.PaymentMethodDetails.Card {
  const { paymentIntent, paymentMethod, decline, capture } = request;
  const { card } = paymentMethod;
  if (card === undefined) throw new Error(`${paymentMethod.id} is no card`);
  const held = decline === null && !capture;
  return {
    amount_authorized: decline === null ? paymentIntent.amount : null,
    authorization_code: decline === null ? '123456' : null,
    brand: card.brand,
    ...(held ? { capture_before: ctx.clock.now() + AUTHORIZATION_SECONDS } : {}),
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: card.country,
    electronic_commerce_indicator: request.authenticated ? '05' : null,
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    extended_authorization: { status: 'disabled' },
    fingerprint: card.fingerprint ?? null,
    funding: card.funding,
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4: card.last4,
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: card.brand,
    network_token: { used: false },
    network_transaction_id: decline === null ? newId('txn').slice(6, 21) : null,
    overcapture: { maximum_amount_capturable: paymentIntent.amount, status: 'unavailable' },
    regulated_status: card.regulated_status,
    three_d_secure: request.authenticated ? authentication() : null,
    transaction_link_id: null,
    wallet: null,
  };
}

function authentication(): Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure {
  return {
    authentication_flow: 'challenge',
    electronic_commerce_indicator: '05',
    exemption_indicator: null,
    result: 'authenticated',
    result_reason: null,
    transaction_id: 'simulated-transaction',
    version: '2.2.0',
  };
}
