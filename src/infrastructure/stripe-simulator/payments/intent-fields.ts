import type Stripe from 'stripe';
import { pick } from '../core/pick';
import { mergeAddress } from './contact-params';
import { checkMethodCurrencies, methodTypes } from './method-types';
import type { CommonParams } from './payment-intent-params';

/** Shared by the rows, which are never altered. */
export const CARD_OPTIONS: Stripe.PaymentIntent.PaymentMethodOptions = {
  card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
};

/** What may be told on creation, on every update and on confirming; what is not told stays as it is. */
export function commonFields(intent: Stripe.PaymentIntent, params: CommonParams): Partial<Stripe.PaymentIntent> {
  return {
    ...pick(params, ['capture_method', 'receipt_email', 'setup_future_usage']),
    ...types(intent, params),
    ...details(params),
    ...(params.payment_method_options?.card === undefined
      ? {}
      : { payment_method_options: options(intent, params.payment_method_options.card) }),
    ...(params.shipping === undefined ? {} : { shipping: params.shipping && shipping(params.shipping) }),
  };
}

function types(intent: Stripe.PaymentIntent, params: CommonParams): Partial<Stripe.PaymentIntent> {
  const { allowed_payment_method_types: allowedNow, excluded_payment_method_types: excludedNow } = params;
  const allowed = allowedNow ?? intent.allowed_payment_method_types;
  const excluded = excludedNow === undefined ? intent.excluded_payment_method_types : excludedNow;
  checkMethodCurrencies(intent.currency, allowed ?? []);
  return {
    allowed_payment_method_types: allowed,
    excluded_payment_method_types: excluded,
    payment_method_types: methodTypes(intent.currency, allowed, excluded),
  };
}

function details(params: CommonParams): Partial<Stripe.PaymentIntent> {
  const { amount_details: amounts, payment_details: payment } = params;
  return {
    ...(amounts === undefined ? {} : { amount_details: amountDetails(amounts ?? {}) }),
    ...(payment === undefined
      ? {}
      : { payment_details: { customer_reference: null, order_reference: null, ...payment } }),
  };
}

function amountDetails(given: NonNullable<CommonParams['amount_details']>): Stripe.PaymentIntent.AmountDetails {
  const { discount_amount: discount = null, shipping: sent = null, tax = null } = given;
  return {
    ...(discount === null ? {} : { discount_amount: discount }),
    ...(sent === null ? {} : { shipping: { amount: null, from_postal_code: null, to_postal_code: null, ...sent } }),
    ...(tax === null ? {} : { tax: { total_tax_amount: tax.total_tax_amount ?? null } }),
    tip: {},
  };
}

type CardOptions = NonNullable<NonNullable<CommonParams['payment_method_options']>['card']>;

function options(intent: Stripe.PaymentIntent, given: CardOptions): Stripe.PaymentIntent.PaymentMethodOptions {
  const {
    capture_method: before,
    setup_future_usage: usageBefore,
    ...others
  } = {
    ...CARD_OPTIONS.card,
    ...intent.payment_method_options?.card,
  };
  const capture = given.capture_method === undefined ? (before ?? null) : given.capture_method;
  const usage = given.setup_future_usage === undefined ? (usageBefore ?? null) : given.setup_future_usage;
  return {
    card: {
      installments: null,
      mandate_options: null,
      network: null,
      ...others,
      request_three_d_secure: given.request_three_d_secure ?? others.request_three_d_secure ?? 'automatic',
      ...(capture === null ? {} : { capture_method: capture }),
      ...(usage === null ? {} : { setup_future_usage: usage }),
    },
  };
}

function shipping(given: NonNullable<CommonParams['shipping']>): Stripe.PaymentIntent.Shipping {
  return {
    address: mergeAddress(null, given.address),
    carrier: null,
    phone: null,
    tracking_number: null,
    ...pick(given, ['carrier', 'name', 'phone', 'tracking_number']),
  };
}

/** Whether the money is to be held only; for a card its options may say otherwise than the intent. */
export function capturesLater(intent: Stripe.PaymentIntent, type: string): boolean {
  const ofCard = type === 'card' ? intent.payment_method_options?.card?.capture_method : undefined;
  return (ofCard ?? intent.capture_method) === 'manual';
}

/** What the method is to be kept for beyond this payment. */
export function futureUsage(intent: Stripe.PaymentIntent, type: string): string | null {
  const ofCard = type === 'card' ? intent.payment_method_options?.card?.setup_future_usage : undefined;
  const usage = ofCard ?? intent.setup_future_usage;
  return usage === 'none' ? null : usage;
}
