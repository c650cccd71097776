import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import type { ErrorBody } from '../core/errors';
import { newId } from '../core/ids';
import { setUpForOffSession } from './challenge';
import { giveTo } from './method-owner';
import { spend } from './payment-method';
import type { Decline } from './test-cards';

/** How an attempt to set a method up ended; a decline is an answer that keeps what happened. */
export interface SetupResult {
  intent: Stripe.SetupIntent;
  error: ErrorBody | null;
}

interface Attempt {
  intent: Stripe.SetupIntent;
  method: Stripe.PaymentMethod;
  authenticated: boolean;
  mandate: string | null;
}

/** The method is its customer's before anybody hears that the setup succeeded. */
export function approveSetup(ctx: Context, attempt: Attempt): SetupResult {
  const { intent, method, mandate } = attempt;
  if (attempt.authenticated && intent.usage === 'off_session') setUpForOffSession(ctx, method.id);
  if (method.customer === null) {
    if (typeof intent.customer === 'string') giveTo(ctx, method, intent.customer);
    else spend(ctx, method.id);
  }
  const succeeded: Stripe.SetupIntent = {
    ...intent,
    last_setup_error: null,
    latest_attempt: recordAttempt(ctx, attempt, 'succeeded', null),
    mandate,
    next_action: null,
    payment_method: method.id,
    status: 'succeeded',
  };
  ctx.tx.put('setup_intents', succeeded);
  emit(ctx, 'setup_intent.succeeded', succeeded);
  return { intent: succeeded, error: null };
}

export function refuseSetup(ctx: Context, attempt: Attempt, decline: Decline): SetupResult {
  return failSetup(ctx, attempt, {
    type: 'card_error',
    code: decline.code,
    decline_code: decline.declineCode ?? decline.code,
    ...(decline.param === undefined ? {} : { param: decline.param }),
    message: decline.message,
    payment_method: attempt.method,
  });
}

export function failSetupAuthentication(ctx: Context, attempt: Attempt): SetupResult {
  return failSetup(ctx, attempt, {
    type: 'invalid_request_error',
    code: 'setup_intent_authentication_failure',
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
    payment_method: attempt.method,
  });
}

/** Another try, by this method or another, may follow. */
function failSetup(ctx: Context, attempt: Attempt, error: ErrorBody): SetupResult {
  const shown = { ...error, doc_url: `https://stripe.com/docs/error-codes/${(error.code ?? '').replaceAll('_', '-')}` };
  const failed: Stripe.SetupIntent = {
    ...attempt.intent,
    last_setup_error: shown,
    latest_attempt: recordAttempt(ctx, attempt, 'failed', shown),
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  };
  ctx.tx.put('setup_intents', failed);
  emit(ctx, 'setup_intent.setup_failed', failed);
  return { intent: failed, error: { ...error, setup_intent: failed } };
}

export function startSetupChallenge(
  ctx: Context,
  attempt: Attempt,
  { return_url: returnUrl, use_stripe_sdk: inPage }: { return_url?: string; use_stripe_sdk?: boolean },
): SetupResult {
  const { intent, method } = attempt;
  const url = `${ctx.publicUrl}/_simulator/3ds/${intent.id}`;
  const waiting: Stripe.SetupIntent = {
    ...intent,
    latest_attempt: recordAttempt(ctx, attempt, 'requires_action', null),
    next_action:
      returnUrl === undefined || inPage === true
        ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
        : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } },
    payment_method: method.id,
    status: 'requires_action',
  };
  ctx.tx.put('setup_intents', waiting);
  ctx.tx.put('attempts', { id: intent.id, returnUrl: returnUrl ?? null, authenticated: null });
  emit(ctx, 'setup_intent.requires_action', waiting);
  return { intent: waiting, error: null };
}

/** An attempt that waited for the customer is brought to its end, not made anew. */
function recordAttempt(
  ctx: Context,
  { intent, method, authenticated }: Attempt,
  status: string,
  error: Stripe.SetupAttempt.SetupError | null,
): string {
  const last =
    typeof intent.latest_attempt === 'string' ? ctx.tx.get('setup_attempts', intent.latest_attempt) : undefined;
  const goesOn = last?.status === 'requires_action' && intent.status === 'requires_action';
  const id = goesOn ? last.id : newId('setatt');
  ctx.tx.put('setup_attempts', {
    id,
    object: 'setup_attempt',
    application: null,
    created: goesOn ? last.created : ctx.clock.now(),
    customer: intent.customer,
    customer_account: null,
    flow_directions: null,
    livemode: false,
    on_behalf_of: null,
    payment_method: method.id,
    payment_method_details: detailsOf(method, authenticated),
    setup_error: error,
    setup_intent: intent.id,
    status,
    usage: intent.usage,
  });
  return id;
}

function detailsOf(method: Stripe.PaymentMethod, authenticated: boolean): Stripe.SetupAttempt.PaymentMethodDetails {
  const { card, type } = method;
  if (card === undefined) return { type, [type]: {} };
  return {
    type,
    card: {
      brand: card.brand,
      checks: card.checks,
      country: card.country,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      last4: card.last4,
      network: card.brand,
      three_d_secure: authenticated ? AUTHENTICATED : null,
      wallet: null,
    },
  };
}

const AUTHENTICATED: Stripe.SetupAttempt.PaymentMethodDetails.Card.ThreeDSecure = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  result: 'authenticated',
  result_reason: null,
  transaction_id: 'simulated-transaction',
  version: '2.2.0',
};
