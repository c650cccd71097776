import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { ApiError, envelope, invalidRequest, parameterMissing } from '../core/errors';
import { listOf, listShape } from '../core/lists';
import { pick } from '../core/pick';
import { ok, route, type Answer, type Route } from '../core/router';
import { arrayOf, integer, text, unsupported } from '../core/schema';
import { confirmSetupIntent } from './confirm-setup';
import { requireKnownCustomer } from './find-customer';
import type { SetupResult } from './setup-attempt';
import {
  cancelSetupIntent,
  checkCreateSetupParams,
  createSetupIntent,
  findSetupIntent,
  publicSetupView,
  updateSetupIntent,
} from './setup-intent';
import { cancelSetupShape, confirmSetupShape, createSetupShape, updateSetupShape } from './setup-intent-params';

const URL = '/v1/setup_intents';
const CONFIRMING = ['mandate_data', 'return_url', 'use_stripe_sdk'] as const;

function answer(ctx: Context, { intent, error }: SetupResult): Answer {
  const shown = ctx.origin.publishable ? publicSetupView(intent) : intent;
  if (error === null) return ok(shown);
  // What Stripe.js gets to see is a part of the intent.
  return {
    status: 402,
    body: envelope({ ...error, setup_intent: shown as Stripe.SetupIntent }, ctx.origin.requestId ?? ''),
  };
}

/** With a publishable key the client secret says who asks. */
function checkClientSecret(ctx: Context, intent: Stripe.SetupIntent, given: string | undefined): void {
  if (given === undefined && ctx.origin.publishable) throw parameterMissing('client_secret');
  if (given !== undefined && given !== intent.client_secret) {
    throw invalidRequest(
      'The client_secret provided does not match the client_secret associated with the SetupIntent.',
      { code: 'setup_intent_invalid_parameter', param: 'client_secret' },
    );
  }
}

export const setupIntentRoutes: readonly Route[] = [
  route('POST', URL, {
    shape: createSetupShape,
    required: [],
    check: checkCreateSetupParams,
    handle(ctx, params) {
      const intent = createSetupIntent(ctx, params);
      if (params.confirm !== true) return ok(intent);
      return answer(ctx, confirmSetupIntent(ctx, intent, pick(params, CONFIRMING)));
    },
  }),
  route('GET', URL, {
    shape: {
      ...listShape,
      attach_to_self: unsupported,
      customer: text(),
      customer_account: unsupported,
      payment_method: text(),
    },
    handle(ctx, params) {
      const { customer, payment_method: method } = params;
      requireKnownCustomer(ctx, customer);
      return ok(listOf(ctx, 'setup_intents', params, { url: URL, where: { payment_method: method, customer } }));
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: { client_secret: text() },
    publishable: true,
    handle(ctx, params, { id = '' }) {
      const intent = findSetupIntent(ctx, id);
      checkClientSecret(ctx, intent, params.client_secret);
      return answer(ctx, { intent, error: null });
    },
  }),
  route('POST', `${URL}/:id`, {
    shape: updateSetupShape,
    handle: (ctx, params, { id = '' }) => ok(updateSetupIntent(ctx, findSetupIntent(ctx, id), params)),
  }),
  route('POST', `${URL}/:id/confirm`, {
    shape: confirmSetupShape,
    publishable: true,
    handle(ctx, params, { id = '' }) {
      const intent = findSetupIntent(ctx, id);
      checkClientSecret(ctx, intent, params.client_secret);
      return answer(ctx, confirmSetupIntent(ctx, intent, params));
    },
  }),
  route('POST', `${URL}/:id/cancel`, {
    shape: cancelSetupShape,
    handle: (ctx, params, { id = '' }) => ok(cancelSetupIntent(ctx, findSetupIntent(ctx, id), params)),
  }),
  route('POST', `${URL}/:id/verify_microdeposits`, {
    shape: { amounts: arrayOf(integer()), descriptor_code: text(), client_secret: text() },
    publishable: true,
    handle(ctx, _params, { id = '' }) {
      const intent = findSetupIntent(ctx, id);
      throw new ApiError(400, {
        type: 'invalid_request_error',
        code: 'intent_invalid_state',
        message: `This SetupIntent cannot be actioned on because it has a status of ${intent.status}. Only a SetupIntent with one of the following statuses may be actioned on: ["requires_action"].`,
        setup_intent: intent,
      });
    },
  }),
  route('GET', '/v1/setup_attempts', {
    shape: { ...listShape, setup_intent: text() },
    required: ['setup_intent'],
    handle(ctx, params) {
      const { id } = findSetupIntent(ctx, params.setup_intent);
      return ok(listOf(ctx, 'setup_attempts', params, { url: '/v1/setup_attempts', where: { setup_intent: id } }));
    },
  }),
];
