import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { ApiError, invalidRequest, resourceMissing } from '../core/errors';
import { newClientSecret, newId } from '../core/ids';
import { pick } from '../core/pick';
import { mergeMetadata } from '../core/schema';
import { onRealClock } from '../core/test-time';
import { findCustomer } from './find-customer';
import { setupMethodTypes } from './method-types';
import { methodGiven } from './payment-intent';
import type { CancelSetupParams, CreateSetupParams, SetupCommonParams, UpdateSetupParams } from './setup-intent-params';

/** Shared by the rows, which are never altered. */
const CARD_OPTIONS: Stripe.SetupIntent.PaymentMethodOptions = {
  card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
};
const OPEN = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

export function findSetupIntent(ctx: Context, id: string): Stripe.SetupIntent {
  const found = ctx.tx.get('setup_intents', id);
  if (found === undefined) throw resourceMissing('setupintent', id, 'intent');
  return found;
}

export function createSetupIntent(request: Context, params: CreateSetupParams): Stripe.SetupIntent {
  const customer = params.customer === undefined ? null : findCustomer(request, params.customer).id;
  const ctx = onRealClock(request);
  const method = methodGiven(ctx, params);
  if (method !== null) checkSetupOwner(method, customer, null);
  const id = newId('seti');
  const allowed = params.allowed_payment_method_types ?? null;
  const blank: Stripe.SetupIntent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: allowed,
    application: null,
    automatic_payment_methods: automaticPaymentMethods(params),
    cancellation_reason: null,
    client_secret: newClientSecret(id),
    created: ctx.clock.now(),
    customer,
    customer_account: null,
    description: params.description ?? null,
    excluded_payment_method_types: params.excluded_payment_method_types ?? null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: mergeMetadata({}, params.metadata ?? null),
    next_action: null,
    on_behalf_of: null,
    payment_method: method?.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: CARD_OPTIONS,
    payment_method_types: setupMethodTypes(allowed, params.excluded_payment_method_types ?? null),
    single_use_mandate: null,
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
    usage: params.usage ?? 'off_session',
  };
  const intent = { ...blank, ...setupFields(blank, params) };
  ctx.tx.put('setup_intents', intent);
  emit(ctx, 'setup_intent.created', intent);
  return intent;
}

export function checkCreateSetupParams(params: CreateSetupParams): void {
  if (params.automatic_payment_methods !== undefined && params.allowed_payment_method_types !== undefined) {
    throw invalidRequest(
      'You may only specify one of these parameters: automatic_payment_methods, allowed_payment_method_types.',
      { code: 'parameters_exclusive' },
    );
  }
  if (params.confirm === true) return;
  for (const name of ['return_url', 'mandate_data'] as const) {
    if (params[name] === undefined) continue;
    throw invalidRequest(
      `The parameter \`${name}\` cannot be passed when creating a SetupIntent unless \`confirm\` is set to true.`,
      { param: name },
    );
  }
}

function automaticPaymentMethods(params: CreateSetupParams): Stripe.SetupIntent.AutomaticPaymentMethods | null {
  const given = params.automatic_payment_methods;
  if (given !== undefined) return { allow_redirects: given.allow_redirects ?? 'always', enabled: given.enabled };
  return params.allowed_payment_method_types === undefined ? { allow_redirects: 'always', enabled: true } : null;
}

/** What may be told on creation, on every update and on confirming; what is not told stays as it is. */
export function setupFields(intent: Stripe.SetupIntent, params: SetupCommonParams): Partial<Stripe.SetupIntent> {
  const { allowed_payment_method_types: allowedNow, payment_method_options: options } = params;
  const allowed = allowedNow === undefined ? intent.allowed_payment_method_types : allowedNow;
  const requested = options?.card?.request_three_d_secure;
  return {
    allowed_payment_method_types: allowed,
    payment_method_types: setupMethodTypes(allowed, intent.excluded_payment_method_types),
    ...(requested === undefined
      ? {}
      : {
          payment_method_options: { card: { mandate_options: null, network: null, request_three_d_secure: requested } },
        }),
  };
}

export function updateSetupIntent(
  request: Context,
  intent: Stripe.SetupIntent,
  params: UpdateSetupParams,
): Stripe.SetupIntent {
  const ctx = onRealClock(request);
  const customer = params.customer === undefined ? intent.customer : findCustomer(ctx, params.customer).id;
  const method = methodGiven(ctx, params);
  if (method !== null) {
    if (intent.status === 'succeeded') {
      throw unexpectedSetupState('You cannot update this SetupIntent because it has already succeeded.', intent);
    }
    if (intent.status === 'canceled') {
      throw unexpectedSetupState('You cannot update this SetupIntent because it has been canceled.', intent);
    }
    checkSetupOwner(method, customer, intent);
  }
  const described: Stripe.SetupIntent = {
    ...intent,
    ...pick(params, ['description', 'excluded_payment_method_types']),
    customer,
    ...(method === null ? {} : { payment_method: method.id, status: 'requires_confirmation', next_action: null }),
    metadata: params.metadata === undefined ? intent.metadata : mergeMetadata(intent.metadata ?? {}, params.metadata),
  };
  const updated = { ...described, ...setupFields(described, params) };
  ctx.tx.put('setup_intents', updated);
  return updated;
}

export function cancelSetupIntent(
  request: Context,
  intent: Stripe.SetupIntent,
  params: CancelSetupParams,
): Stripe.SetupIntent {
  const ctx = onRealClock(request);
  if (intent.status === 'canceled') {
    throw unexpectedSetupState('You cannot cancel this SetupIntent because it is already canceled.', intent);
  }
  if (!OPEN.includes(intent.status)) {
    throw unexpectedSetupState(
      `You cannot cancel this SetupIntent because it has a status of ${intent.status}. Only a SetupIntent with one of the following statuses may be canceled: \`requires_payment_method\`, \`requires_confirmation\`, or \`requires_action\`.`,
      intent,
    );
  }
  const canceled: Stripe.SetupIntent = {
    ...intent,
    cancellation_reason: params.cancellation_reason ?? null,
    next_action: null,
    status: 'canceled',
  };
  ctx.tx.put('setup_intents', canceled);
  emit(ctx, 'setup_intent.canceled', canceled);
  return canceled;
}

/** Whose the method is, it can be set up for that customer alone. On creation there is no intent to show yet. */
export function checkSetupOwner(
  method: Stripe.PaymentMethod,
  customer: Stripe.SetupIntent['customer'],
  intent: Stripe.SetupIntent | null,
): void {
  const owner = typeof method.customer === 'string' ? method.customer : null;
  if (owner === null || owner === customer) return;
  const message =
    typeof customer === 'string'
      ? `The PaymentMethod ${method.id} does not belong to the Customer you supplied ${customer}. Please use this PaymentMethod with the Customer that it belongs to instead.`
      : `The payment method supplied (${method.id}) belongs to the Customer ${owner}. Please include the Customer in the \`customer\` parameter on the SetupIntent.`;
  throw refusedSetupMethod(message, intent);
}

export function refusedSetupMethod(
  message: string,
  intent: Stripe.SetupIntent | null,
  details: { code?: string; param?: string } = { param: 'payment_method' },
): ApiError {
  return new ApiError(400, {
    type: 'invalid_request_error',
    message,
    ...details,
    ...(intent === null ? {} : { setup_intent: intent }),
  });
}

export function unexpectedSetupState(message: string, intent: Stripe.SetupIntent): ApiError {
  return refusedSetupMethod(message, intent, { code: 'setup_intent_unexpected_state' });
}

const PUBLIC_FIELDS = [
  'id',
  'object',
  'automatic_payment_methods',
  'cancellation_reason',
  'client_secret',
  'created',
  'description',
  'last_setup_error',
  'livemode',
  'next_action',
  'payment_method',
  'payment_method_configuration_details',
  'payment_method_types',
  'status',
  'usage',
] as const satisfies readonly (keyof Stripe.SetupIntent)[];

/** What Stripe.js gets to see. */
export function publicSetupView(intent: Stripe.SetupIntent): Pick<Stripe.SetupIntent, (typeof PUBLIC_FIELDS)[number]> {
  return pick(intent, PUBLIC_FIELDS);
}
