import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, unexpectedState, type ApiError } from '../core/errors';
import { approve, failAuthentication, refuse, refuseUnasked, type AttemptResult } from './payment-attempt';
import { startDebit } from './payment-debit';
import { onRealClock } from '../core/test-time';
import { checkMethodOwner, refusedMethod } from './method-for-customer';
import { methodGiven } from './payment-intent';
import type { ConfirmParams } from './payment-intent-params';
import { commonFields } from './intent-fields';
import { cardBehind, findPaymentMethod, isSpent } from './payment-method';
import { AUTHENTICATION_REQUIRED, type Decline } from './test-cards';
import { challengesPayment } from './challenge';

type ConfirmIntentParams = Omit<ConfirmParams, 'client_secret'>;

export function confirmPaymentIntent(
  request: Context,
  before: Stripe.PaymentIntent,
  params: ConfirmIntentParams,
): AttemptResult {
  const ctx = onRealClock(request);
  checkConfirmable(ctx, before);
  const method = methodGiven(ctx, params) ?? methodOf(ctx, before);
  checkMethodOwner(method, before.customer, before);
  if (method.customer === null && isSpent(ctx, method.id)) throw alreadyUsed(before);
  const intent: Stripe.PaymentIntent = {
    ...before,
    ...commonFields(before, params),
    payment_method: method.id,
    next_action: null,
    last_payment_error: null,
  };
  checkType(intent, method);
  requireReturnUrl(intent, params.return_url);
  return method.type === 'card' ? payByCard(ctx, intent, method, params) : startDebit(ctx, intent, method, params);
}

function payByCard(
  ctx: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  params: ConfirmIntentParams,
): AttemptResult {
  const offSession = params.off_session === true;
  const { behaviour } = cardBehind(ctx, method.id);
  // The server confirms once more after the challenge that it had the customer pass.
  const authenticated = ctx.tx.get('attempts', intent.id)?.authenticated === method.id;
  const attempt = { intent, method, authenticated };
  if (behaviour.kind === 'decline') return refuse(ctx, attempt, behaviour.decline);
  if (authenticated) return afterChallenge(ctx, attempt);
  const requested = intent.payment_method_options?.card?.request_three_d_secure ?? 'automatic';
  if (!challengesPayment(ctx, method.id, { offSession, requested })) return approve(ctx, attempt);
  // Without its customer the bank is asked all the same, and says that it wants them.
  if (offSession) return refuse(ctx, attempt, AUTHENTICATION_REQUIRED);
  if (params.error_on_requires_action === true) return refuseUnasked(ctx, attempt, AUTHENTICATION_REQUIRED);
  return { intent: startChallenge(ctx, intent, params), error: null };
}

/** The customer was at the bank's challenge and comes back from it. */
export function finishChallenge(
  request: Context,
  intent: Stripe.PaymentIntent,
  outcome: 'fail' | 'succeed',
): AttemptResult {
  const ctx = onRealClock(request);
  const { payment_method: id } = intent;
  if (intent.status !== 'requires_action' || typeof id !== 'string') {
    throw unexpectedState(`This PaymentIntent waits for no authentication; its status is ${intent.status}.`, intent);
  }
  const method = findPaymentMethod(ctx, id);
  if (outcome === 'fail') return failAuthentication(ctx, intent, method);
  if (intent.confirmation_method === 'manual') return awaitServer(ctx, intent, id);
  return afterChallenge(ctx, { intent, method, authenticated: true });
}

function afterChallenge(
  ctx: Context,
  attempt: { intent: Stripe.PaymentIntent; method: Stripe.PaymentMethod; authenticated: boolean },
): AttemptResult {
  const { behaviour } = cardBehind(ctx, attempt.method.id);
  const decline: Decline | null = behaviour.kind === 'challenge' ? behaviour.then : null;
  return decline === null ? approve(ctx, attempt) : refuse(ctx, attempt, decline);
}

function awaitServer(ctx: Context, intent: Stripe.PaymentIntent, method: string): AttemptResult {
  const waiting: Stripe.PaymentIntent = { ...intent, next_action: null, status: 'requires_confirmation' };
  ctx.tx.put('payment_intents', waiting);
  const attempt = ctx.tx.get('attempts', intent.id);
  ctx.tx.put('attempts', { id: intent.id, returnUrl: attempt?.returnUrl ?? null, authenticated: method });
  return { intent: waiting, error: null };
}

function checkConfirmable(ctx: Context, intent: Stripe.PaymentIntent): void {
  const { status } = intent;
  if (status === 'succeeded') {
    throw unexpectedState(
      'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
      intent,
    );
  }
  if (status !== 'requires_payment_method' && status !== 'requires_confirmation' && status !== 'requires_action') {
    throw unexpectedState(
      `You cannot confirm this PaymentIntent because it has a status of ${status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action, requires_payment_method.`,
      intent,
    );
  }
  if (ctx.origin.publishable && intent.confirmation_method === 'manual') {
    throw unexpectedState(
      'This PaymentIntent cannot be confirmed using your publishable key because its `confirmation_method` is set to `manual`. Please use your secret key instead, or create a PaymentIntent with `confirmation_method` set to `automatic`.',
      intent,
    );
  }
}

/** What the intent holds, or else what its customer pays by unless told otherwise. */
function methodOf(ctx: Context, intent: Stripe.PaymentIntent): Stripe.PaymentMethod {
  if (typeof intent.payment_method === 'string') return findPaymentMethod(ctx, intent.payment_method, 400);
  const customer = typeof intent.customer === 'string' ? ctx.tx.get('customers', intent.customer) : undefined;
  const standard = customer?.deleted === true ? null : customer?.invoice_settings.default_payment_method;
  if (typeof standard === 'string') return findPaymentMethod(ctx, standard, 400);
  throw unexpectedState(
    customer === undefined
      ? "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken."
      : `You cannot confirm this PaymentIntent because it's missing a payment method. To confirm the PaymentIntent with ${customer.id}, specify a payment method attached to this customer along with the customer ID.`,
    intent,
  );
}

function alreadyUsed(intent: Stripe.PaymentIntent): ApiError {
  return refusedMethod(
    intent,
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    { param: 'payment_method' },
  );
}

function checkType(intent: Stripe.PaymentIntent, { type }: Stripe.PaymentMethod): void {
  const types = intent.payment_method_types;
  if (types.includes(type)) return;
  throw refusedMethod(
    intent,
    `The PaymentMethod provided (${type}) is not allowed for this PaymentIntent. Please attach a PaymentMethod of one of the following types: ${types.join(', ')} OR update the allowed payment_method_types for this PaymentIntent to include "${type}".`,
    { code: 'payment_intent_incompatible_payment_method', param: 'payment_method' },
  );
}

function requireReturnUrl(intent: Stripe.PaymentIntent, returnUrl: string | undefined): void {
  const automatic = intent.automatic_payment_methods;
  if (returnUrl !== undefined || automatic?.enabled !== true || automatic.allow_redirects === 'never') return;
  throw invalidRequest(
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    { param: 'return_url' },
  );
}

function startChallenge(ctx: Context, intent: Stripe.PaymentIntent, params: ConfirmIntentParams): Stripe.PaymentIntent {
  const returnUrl = params.return_url ?? null;
  const url = `${ctx.publicUrl}/_simulator/3ds/${intent.id}`;
  const waiting: Stripe.PaymentIntent = {
    ...intent,
    next_action:
      returnUrl === null || params.use_stripe_sdk === true
        ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
        : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } },
    status: 'requires_action',
  };
  ctx.tx.put('payment_intents', waiting);
  ctx.tx.put('attempts', { id: intent.id, returnUrl, authenticated: null });
  emit(ctx, 'payment_intent.requires_action', waiting);
  return waiting;
}
