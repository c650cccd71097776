import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { envelope, invalidRequest, parameterMissing } from '../core/errors';
import { listOf, listShape } from '../core/lists';
import { pick } from '../core/pick';
import { ok, route, type Answer, type Route } from '../core/router';
import { text } from '../core/schema';
import { cancelPaymentIntent, capturePaymentIntent } from './capture';
import { confirmPaymentIntent } from './confirm';
import type { AttemptResult } from './payment-attempt';
import {
  checkCreateParams,
  createPaymentIntent,
  findPaymentIntent,
  publicView,
  updatePaymentIntent,
} from './payment-intent';
import { cancelShape, captureShape, confirmShape, createShape, updateShape } from './payment-intent-params';

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

export const paymentIntentRoutes: readonly Route[] = [
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
    shape: { ...listShape, customer: text() },
    handle: (ctx, params) =>
      ok(listOf(ctx, 'payment_intents', params, { url: URL, where: { customer: params.customer } })),
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
  route('POST', `${URL}/:id/cancel`, {
    shape: cancelShape,
    handle: (ctx, params, { id = '' }) =>
      ok(cancelPaymentIntent(ctx, findPaymentIntent(ctx, id), params.cancellation_reason ?? null)),
  }),
];
