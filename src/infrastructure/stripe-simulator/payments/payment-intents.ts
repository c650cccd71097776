import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { ApiError, envelope, invalidRequest, parameterMissing, unexpectedState } from '../core/errors';
import { listOf, listShape } from '../core/lists';
import { pick } from '../core/pick';
import { ok, route, type Answer, type Route } from '../core/router';
import { arrayOf, integer, text, unsupported } from '../core/schema';
import { searchRoute } from '../core/search';
import { cancelPaymentIntent, capturePaymentIntent } from './capture';
import { confirmPaymentIntent } from './confirm';
import { requireKnownCustomer } from './find-customer';
import type { AttemptResult } from './payment-attempt';
import {
  checkCreateParams,
  createPaymentIntent,
  findPaymentIntent,
  publicView,
  updatePaymentIntent,
} from './payment-intent';
import {
  cancelShape,
  captureShape,
  confirmShape,
  createShape,
  incrementShape,
  updateShape,
} from './payment-intent-params';

const URL = '/v1/payment_intents';

/** What creation with `confirm=true` tells of the confirming alone; the rest stands on the intent already. */
const CONFIRMING = [
  'error_on_requires_action',
  'mandate',
  'mandate_data',
  'off_session',
  'return_url',
  'use_stripe_sdk',
] as const;

function answer(ctx: Context, { intent, error }: AttemptResult): Answer {
  if (error === null) return ok(ctx.origin.publishable ? publicView(intent) : intent);
  const shown = ctx.origin.publishable
    ? { ...error, payment_intent: publicView(intent) as Stripe.PaymentIntent }
    : error;
  return { status: 402, body: envelope(shown, ctx.origin.requestId ?? '') };
}

/** With a publishable key the client secret says who asks. */
function checkClientSecret(ctx: Context, intent: Stripe.PaymentIntent, given: string | undefined): void {
  if (given === undefined && ctx.origin.publishable) throw parameterMissing('client_secret');
  if (given !== undefined && given !== intent.client_secret) {
    throw invalidRequest(
      'The client_secret provided does not match the client_secret associated with the PaymentIntent.',
      { code: 'payment_intent_invalid_parameter', param: 'client_secret' },
    );
  }
}

/** Where Stripe allows more than cards do, and so nothing here. */
function refusedUse(ctx: Context, id: string, message: (intent: Stripe.PaymentIntent) => string): never {
  const intent = findPaymentIntent(ctx, id);
  throw unexpectedState(message(intent), intent);
}

export const paymentIntentRoutes: readonly Route[] = [
  searchRoute({
    table: 'payment_intents',
    url: `${URL}/search`,
    resource: 'payment_intents',
    fields: { amount: 'numeric', created: 'numeric', currency: 'token', customer: 'token', status: 'token' },
  }),
  route('POST', URL, {
    shape: createShape,
    required: ['amount', 'currency'],
    check: checkCreateParams,
    handle(ctx, params) {
      const intent = createPaymentIntent(ctx, params);
      if (params.confirm !== true) return ok(intent);
      return answer(ctx, confirmPaymentIntent(ctx, intent, pick(params, CONFIRMING)));
    },
  }),
  route('GET', URL, {
    shape: { ...listShape, customer: text(), customer_account: unsupported },
    handle(ctx, params) {
      const { customer } = params;
      requireKnownCustomer(ctx, customer);
      return ok(listOf(ctx, 'payment_intents', params, { url: URL, where: { customer } }));
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: { client_secret: text() },
    publishable: true,
    handle(ctx, params, { id = '' }) {
      const intent = findPaymentIntent(ctx, id);
      checkClientSecret(ctx, intent, params.client_secret);
      return answer(ctx, { intent, error: null });
    },
  }),
  route('POST', `${URL}/:id`, {
    shape: updateShape,
    handle: (ctx, params, { id = '' }) => ok(updatePaymentIntent(ctx, findPaymentIntent(ctx, id), params)),
  }),
  route('POST', `${URL}/:id/confirm`, {
    shape: confirmShape,
    publishable: true,
    handle(ctx, params, { id = '' }) {
      const intent = findPaymentIntent(ctx, id);
      checkClientSecret(ctx, intent, params.client_secret);
      return answer(ctx, confirmPaymentIntent(ctx, intent, params));
    },
  }),
  route('POST', `${URL}/:id/capture`, {
    shape: captureShape,
    handle: (ctx, params, { id = '' }) => ok(capturePaymentIntent(ctx, findPaymentIntent(ctx, id), params)),
  }),
  route('POST', `${URL}/:id/increment_authorization`, {
    shape: incrementShape,
    required: ['amount'],
    handle: (ctx, _params, { id = '' }) =>
      refusedUse(ctx, id, ({ status }) =>
        status === 'requires_capture'
          ? 'This PaymentIntent is not eligible for incremental authorization.'
          : `This PaymentIntent's authorization could not be incremented because it has a status of ${status}. Only a PaymentIntent with one of the following statuses may have its authorization incremented: requires_capture.`,
      ),
  }),
  route('POST', `${URL}/:id/apply_customer_balance`, {
    shape: { amount: integer(), currency: text() },
    handle: (ctx, _params, { id = '' }) =>
      refusedUse(
        ctx,
        id,
        ({ status }) =>
          `This PaymentIntent's balance could not be applied because it has a status of ${status} and takes no payments by customer_balance.`,
      ),
  }),
  route('POST', `${URL}/:id/verify_microdeposits`, {
    shape: { amounts: arrayOf(integer()), client_secret: text(), descriptor_code: text() },
    publishable: true,
    handle(ctx, _params, { id = '' }) {
      const intent = findPaymentIntent(ctx, id);
      throw new ApiError(400, {
        type: 'invalid_request_error',
        code: 'intent_invalid_state',
        message: `This PaymentIntent cannot be actioned on because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be actioned on: ["requires_action"].`,
        payment_intent: intent,
      });
    },
  }),
  route('POST', `${URL}/:id/cancel`, {
    shape: cancelShape,
    handle: (ctx, params, { id = '' }) =>
      ok(cancelPaymentIntent(ctx, findPaymentIntent(ctx, id), params.cancellation_reason ?? null)),
  }),
];
