import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { checkAmount, checkCurrency } from './currencies';
import { emit } from '../core/emit';
import { invalidRequest, resourceMissing, unexpectedState } from '../core/errors';
import { newClientSecret, newId } from '../core/ids';
import { pick } from '../core/pick';
import { mergeMetadata } from '../core/schema';
import { findCustomer } from './find-customer';
import { resolvePaymentMethod } from './payment-method';
import type { CreateParams, UpdateParams } from './payment-intent-params';

/** Before these are over, the payment may still become another. */
const CHANGEABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

type DescribedFields = Pick<
  Stripe.PaymentIntent,
  | 'customer'
  | 'description'
  | 'receipt_email'
  | 'setup_future_usage'
  | 'statement_descriptor'
  | 'statement_descriptor_suffix'
  | 'transfer_group'
>;

export function findPaymentIntent(ctx: Context, id: string): Stripe.PaymentIntent {
  const found = ctx.tx.get('payment_intents', id);
  if (found === undefined) throw resourceMissing('payment_intent', id, 'intent');
  return found;
}

export function createPaymentIntent(ctx: Context, params: CreateParams): Stripe.PaymentIntent {
  if (params.customer !== undefined) findCustomer(ctx, params.customer);
  const id = newId('pi');
  const method = params.payment_method === undefined ? null : resolvePaymentMethod(ctx, params.payment_method);
  const intent: Stripe.PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount: params.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
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
    currency: checkCurrency(params.currency),
    ...description(params),
    customer_account: null,
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
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: params.allowed_payment_method_types ?? ['card'],
    payment_record: null,
    processing: null,
    review: null,
    shipping: null,
    source: null,
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
    transfer_data: null,
  };
  ctx.tx.put('payment_intents', intent);
  ctx.tx.put('attempts', { id, returnUrl: null });
  emit(ctx, 'payment_intent.created', intent);
  return intent;
}

function description(params: CreateParams): DescribedFields {
  return {
    customer: params.customer ?? null,
    description: params.description ?? null,
    receipt_email: params.receipt_email ?? null,
    setup_future_usage: params.setup_future_usage ?? null,
    statement_descriptor: params.statement_descriptor ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    transfer_group: params.transfer_group ?? null,
  };
}

/** Checks that need no state, so that a refusal leaves the idempotency key free. */
export function checkCreateParams(params: CreateParams): void {
  checkAmount(params.amount, checkCurrency(params.currency));
  if (params.automatic_payment_methods !== undefined) {
    for (const other of ['allowed_payment_method_types', 'confirmation_method'] as const) {
      if (params[other] === undefined) continue;
      throw invalidRequest(`You may only specify one of these parameters: automatic_payment_methods, ${other}.`, {
        code: 'parameters_exclusive',
      });
    }
  }
  if (params.confirm === true) return;
  for (const name of ['return_url', 'off_session', 'error_on_requires_action'] as const) {
    if (params[name] === undefined) continue;
    throw invalidRequest(
      `The parameter \`${name}\` cannot be passed when creating a PaymentIntent unless \`confirm\` is set to true.`,
      { param: name },
    );
  }
}

function automaticPaymentMethods(params: CreateParams): Stripe.PaymentIntent.AutomaticPaymentMethods | null {
  const given = params.automatic_payment_methods;
  if (given !== undefined) return { allow_redirects: given.allow_redirects ?? 'always', enabled: given.enabled };
  // Since 2023-08-16 an intent that names no types takes all that the dashboard enables.
  return params.allowed_payment_method_types === undefined ? { allow_redirects: 'always', enabled: true } : null;
}

export function updatePaymentIntent(
  ctx: Context,
  intent: Stripe.PaymentIntent,
  params: UpdateParams,
): Stripe.PaymentIntent {
  for (const name of ['amount', 'currency', 'payment_method', 'customer', 'capture_method'] as const) {
    if (params[name] === undefined || CHANGEABLE.includes(intent.status)) continue;
    throw unexpectedState(
      `This PaymentIntent's ${name} could not be updated because it has a status of ${intent.status}. You may only update the ${name} of a PaymentIntent with one of the following statuses: ${CHANGEABLE.join(', ')}.`,
      intent,
    );
  }
  const currency = checkCurrency(params.currency ?? intent.currency);
  checkAmount(params.amount ?? intent.amount, currency);
  const updated: Stripe.PaymentIntent = {
    ...intent,
    ...pick(params, [
      'amount',
      'customer',
      'capture_method',
      'description',
      'receipt_email',
      'setup_future_usage',
      'statement_descriptor',
      'statement_descriptor_suffix',
      'transfer_group',
    ]),
    ...(params.allowed_payment_method_types === undefined
      ? {}
      : {
          allowed_payment_method_types: params.allowed_payment_method_types,
          payment_method_types: params.allowed_payment_method_types,
        }),
    ...(params.payment_method === undefined ? {} : withMethod(ctx, params.payment_method)),
    currency,
    metadata: params.metadata === undefined ? intent.metadata : mergeMetadata(intent.metadata, params.metadata),
  };
  ctx.tx.put('payment_intents', updated);
  return updated;
}

function withMethod(ctx: Context, given: string): Partial<Stripe.PaymentIntent> {
  const method = resolvePaymentMethod(ctx, given);
  return { payment_method: method.id, status: 'requires_confirmation', next_action: null };
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
