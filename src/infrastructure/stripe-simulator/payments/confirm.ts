import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, unexpectedState } from '../core/errors';
import { AUTHENTICATION_REQUIRED, type TestCard } from './test-cards';
import { approve, failAuthentication, refuse, type AttemptResult } from './payment-attempt';
import { pick } from '../core/pick';
import type { ConfirmParams } from './payment-intent-params';
import { cardBehind, resolvePaymentMethod } from './payment-method';

type ConfirmIntentParams = Pick<
  ConfirmParams,
  | 'capture_method'
  | 'error_on_requires_action'
  | 'off_session'
  | 'payment_method'
  | 'receipt_email'
  | 'return_url'
  | 'setup_future_usage'
  | 'allowed_payment_method_types'
  | 'use_stripe_sdk'
>;

export function confirmPaymentIntent(
  ctx: Context,
  before: Stripe.PaymentIntent,
  params: ConfirmIntentParams,
): AttemptResult {
  checkConfirmable(before);
  const given = params.payment_method ?? before.payment_method;
  if (typeof given !== 'string') {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      before,
    );
  }
  const method = resolvePaymentMethod(ctx, given);
  const intent: Stripe.PaymentIntent = {
    ...before,
    ...pick(params, ['capture_method', 'receipt_email', 'setup_future_usage', 'allowed_payment_method_types']),
    payment_method: method.id,
    next_action: null,
    last_payment_error: null,
  };
  requireReturnUrl(intent, params.return_url);
  const attempt = { intent, method, authenticated: false };
  const card = cardBehind(ctx, method.id);
  if (card.behaviour.kind === 'decline') return refuse(ctx, attempt, card.behaviour.decline);
  const offSession = params.off_session !== undefined && params.off_session !== false;
  if (!needsChallenge(ctx, card, method.id, offSession)) return approve(ctx, attempt);
  if (offSession || params.error_on_requires_action === true) return refuse(ctx, attempt, AUTHENTICATION_REQUIRED);
  return { intent: startChallenge(ctx, intent, params.return_url ?? null), error: null };
}

/** The customer was at the bank's challenge and comes back from it. */
export function finishChallenge(
  ctx: Context,
  intent: Stripe.PaymentIntent,
  outcome: 'fail' | 'succeed',
): AttemptResult {
  const { payment_method: id } = intent;
  if (intent.status !== 'requires_action' || typeof id !== 'string') {
    throw unexpectedState(`This PaymentIntent waits for no authentication; its status is ${intent.status}.`, intent);
  }
  const method = resolvePaymentMethod(ctx, id);
  if (outcome === 'fail') return failAuthentication(ctx, intent, method);
  const { behaviour } = cardBehind(ctx, id);
  const attempt = { intent, method, authenticated: true };
  const decline = behaviour.kind === 'challenge' ? behaviour.then : null;
  return decline === null ? approve(ctx, attempt) : refuse(ctx, attempt, decline);
}

function checkConfirmable(intent: Stripe.PaymentIntent): void {
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
}

function requireReturnUrl(intent: Stripe.PaymentIntent, returnUrl: string | undefined): void {
  const automatic = intent.automatic_payment_methods;
  if (returnUrl !== undefined || automatic?.enabled !== true || automatic.allow_redirects === 'never') return;
  throw invalidRequest(
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    { param: 'return_url' },
  );
}

function needsChallenge(ctx: Context, card: TestCard, method: string, offSession: boolean): boolean {
  if (card.behaviour.kind !== 'challenge') return false;
  if (!offSession || card.behaviour.exempt === 'never') return true;
  return card.behaviour.exempt === 'once_set_up' && ctx.tx.get('cards', method)?.setUpForOffSession !== true;
}

function startChallenge(ctx: Context, intent: Stripe.PaymentIntent, returnUrl: string | null): Stripe.PaymentIntent {
  const url = `${ctx.publicUrl}/_simulator/3ds/${intent.id}`;
  const waiting: Stripe.PaymentIntent = {
    ...intent,
    next_action:
      returnUrl === null
        ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
        : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } },
    status: 'requires_action',
  };
  ctx.tx.put('payment_intents', waiting);
  ctx.tx.put('attempts', { id: intent.id, returnUrl });
  emit(ctx, 'payment_intent.requires_action', waiting);
  return waiting;
}
