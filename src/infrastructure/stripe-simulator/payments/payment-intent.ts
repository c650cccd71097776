import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { checkAmount, checkCurrency } from './currencies';
import { emit } from '../core/emit';
import { ApiError, invalidRequest, resourceMissing, unexpectedState } from '../core/errors';
import { newClientSecret, newId } from '../core/ids';
import { pick } from '../core/pick';
import { mergeMetadata } from '../core/schema';
import { onRealClock } from '../core/test-time';
import { findCustomer } from './find-customer';
import { CARD_OPTIONS, commonFields } from './intent-fields';
import { checkMethodOwner } from './method-for-customer';
import { checkMethodCurrencies, methodTypes } from './method-types';
import { createPaymentMethod, resolvePaymentMethod } from './payment-method';
import type { CommonParams, CreateParams, UpdateParams } from './payment-intent-params';

/** Before these are over, the payment may still become another. */
const CHANGEABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
const FIXED = ['amount', 'currency', 'payment_method', 'payment_method_data', 'customer', 'capture_method'] as const;
const NO_AMOUNT_DETAILS: Stripe.PaymentIntent.AmountDetails = { tip: {} };

export function findPaymentIntent(ctx: Context, id: string): Stripe.PaymentIntent {
  const found = ctx.tx.get('payment_intents', id);
  if (found === undefined) throw resourceMissing('payment_intent', id, 'intent');
  return found;
}

export function createPaymentIntent(request: Context, params: CreateParams): Stripe.PaymentIntent {
  const customer = params.customer === undefined ? null : findCustomer(request, params.customer).id;
  const ctx = onRealClock(request);
  const id = newId('pi');
  const currency = checkCurrency(params.currency);
  const method = methodGiven(ctx, params);
  if (method !== null) checkMethodOwner(method, customer, null);
  const blank: Stripe.PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount: params.amount,
    amount_capturable: 0,
    amount_details: NO_AMOUNT_DETAILS,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: automaticPaymentMethods(params),
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.capture_method ?? 'automatic_async',
    client_secret: newClientSecret(id),
    confirmation_method: params.confirmation_method ?? 'automatic',
    created: ctx.clock.now(),
    currency,
    customer,
    customer_account: null,
    description: params.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergeMetadata({}, params.metadata ?? null),
    next_action: null,
    on_behalf_of: null,
    payment_method: method?.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: CARD_OPTIONS,
    payment_method_types: methodTypes(currency, params.allowed_payment_method_types ?? null, null),
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: params.statement_descriptor ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
    transfer_data: null,
    transfer_group: params.transfer_group ?? null,
  };
  const intent = { ...blank, ...commonFields(blank, params) };
  ctx.tx.put('payment_intents', intent);
  emit(ctx, 'payment_intent.created', intent);
  return intent;
}

/** The method that the parameters name, or that they have made on the way. */
export function methodGiven(
  ctx: Context,
  { payment_method: id, payment_method_data: data }: Pick<CommonParams, 'payment_method' | 'payment_method_data'>,
): Stripe.PaymentMethod | null {
  if (id !== undefined && data !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: payment_method, payment_method_data.', {
      code: 'parameters_exclusive',
    });
  }
  if (data !== undefined) return createPaymentMethod(ctx, data);
  return id === undefined ? null : resolvePaymentMethod(ctx, id);
}

/** Checks that need no state, so that a refusal leaves the idempotency key free. */
export function checkCreateParams(params: CreateParams): void {
  const currency = checkCurrency(params.currency);
  checkAmount(params.amount, currency);
  checkMethodCurrencies(currency, params.allowed_payment_method_types ?? []);
  if (params.automatic_payment_methods !== undefined) {
    for (const other of ['allowed_payment_method_types', 'confirmation_method'] as const) {
      if (params[other] === undefined) continue;
      throw invalidRequest(`You may only specify one of these parameters: automatic_payment_methods, ${other}.`, {
        code: 'parameters_exclusive',
      });
    }
  }
  if (params.confirm === true) return;
  for (const name of CONFIRM_ONLY) {
    if (params[name] === undefined) continue;
    throw invalidRequest(
      `The parameter \`${name}\` cannot be passed when creating a PaymentIntent unless \`confirm\` is set to true.`,
      { param: name },
    );
  }
}

const CONFIRM_ONLY = ['return_url', 'off_session', 'error_on_requires_action', 'mandate', 'mandate_data'] as const;

function automaticPaymentMethods(params: CreateParams): Stripe.PaymentIntent.AutomaticPaymentMethods | null {
  const given = params.automatic_payment_methods;
  if (given !== undefined) return { allow_redirects: given.allow_redirects ?? 'always', enabled: given.enabled };
  // Since 2023-08-16 an intent that names no types takes all that the dashboard enables.
  return params.allowed_payment_method_types === undefined ? { allow_redirects: 'always', enabled: true } : null;
}

export function updatePaymentIntent(
  request: Context,
  intent: Stripe.PaymentIntent,
  params: UpdateParams,
): Stripe.PaymentIntent {
  const ctx = onRealClock(request);
  checkChangeable(ctx, intent, params);
  const currency = checkCurrency(params.currency ?? intent.currency);
  checkAmount(params.amount ?? intent.amount, currency);
  const method = methodGiven(ctx, params);
  if (method !== null) checkMethodOwner(method, params.customer ?? intent.customer, intent);
  const described: Stripe.PaymentIntent = {
    ...intent,
    ...pick(params, [
      'amount',
      'customer',
      'description',
      'statement_descriptor',
      'statement_descriptor_suffix',
      'transfer_group',
    ]),
    ...(method === null ? {} : { payment_method: method.id, status: 'requires_confirmation', next_action: null }),
    currency,
    metadata: params.metadata === undefined ? intent.metadata : mergeMetadata(intent.metadata, params.metadata),
  };
  const updated = { ...described, ...commonFields(described, params) };
  ctx.tx.put('payment_intents', updated);
  return updated;
}

function checkChangeable(ctx: Context, intent: Stripe.PaymentIntent, params: UpdateParams): void {
  for (const name of FIXED) {
    if (params[name] === undefined || CHANGEABLE.includes(intent.status)) continue;
    throw new ApiError(400, {
      ...unexpectedState(
        `This PaymentIntent's ${name} could not be updated because it has a status of ${intent.status}. You may only update the ${name} of a PaymentIntent with one of the following statuses: ${CHANGEABLE.join(', ')}.`,
        intent,
      ).body,
      param: name,
    });
  }
  if (params.customer === undefined) return;
  findCustomer(ctx, params.customer);
  if (intent.customer !== null && intent.customer !== params.customer) {
    throw unexpectedState(
      'You cannot modify `customer` on a PaymentIntent once it already has been set. To fulfill a payment with a different Customer, cancel this PaymentIntent and create a new one.',
      intent,
    );
  }
}

const PUBLIC_FIELDS = [
  'id',
  'object',
  'amount',
  'amount_details',
  'automatic_payment_methods',
  'canceled_at',
  'cancellation_reason',
  'capture_method',
  'client_secret',
  'confirmation_method',
  'created',
  'currency',
  'description',
  'last_payment_error',
  'livemode',
  'next_action',
  'payment_method',
  'payment_method_configuration_details',
  'payment_method_types',
  'processing',
  'receipt_email',
  'setup_future_usage',
  'shipping',
  'source',
  'status',
] as const satisfies readonly (keyof Stripe.PaymentIntent)[];

/** What Stripe.js gets to see. */
export function publicView(intent: Stripe.PaymentIntent): Pick<Stripe.PaymentIntent, (typeof PUBLIC_FIELDS)[number]> {
  return pick(intent, PUBLIC_FIELDS);
}
