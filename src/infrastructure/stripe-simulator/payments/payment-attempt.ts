import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import type { ErrorBody } from '../core/errors';
import { schedule } from '../core/schedule';
import type { Decline } from './test-cards';
import { settle } from '../balance/balance-transaction';
import { newCharge } from './charge';

const AUTHORIZATION_MS = 7 * 86_400_000;

/** How an attempt to pay ended; a decline is an answer that keeps what happened. */
export interface AttemptResult {
  intent: Stripe.PaymentIntent;
  error: ErrorBody | null;
}

interface Attempt {
  intent: Stripe.PaymentIntent;
  method: Stripe.PaymentMethod;
  authenticated: boolean;
}

export function approve(ctx: Context, attempt: Attempt): AttemptResult {
  const { intent, method, authenticated } = attempt;
  const capture = intent.capture_method !== 'manual';
  const charge = recordCharge(ctx, attempt, null, capture);
  const intentNow: Stripe.PaymentIntent = {
    ...intent,
    amount_capturable: capture ? 0 : intent.amount,
    amount_received: capture ? intent.amount : 0,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.id,
    status: capture ? 'succeeded' : 'requires_capture',
  };
  ctx.tx.put('payment_intents', intentNow);
  // Only the synchronous way has its balance transaction at once.
  const shown = intent.capture_method === 'automatic' ? settle(ctx, charge) : charge;
  emit(ctx, 'charge.succeeded', shown);
  emit(ctx, capture ? 'payment_intent.succeeded' : 'payment_intent.amount_capturable_updated', intentNow);
  if (intent.capture_method === 'automatic_async')
    schedule(ctx, 'settle_charge', charge.id, ctx.clock.nowMs() + ctx.settings.settlementDelayMs);
  if (!capture) schedule(ctx, 'expire_authorization', intent.id, ctx.clock.nowMs() + AUTHORIZATION_MS);
  const card = ctx.tx.get('cards', method.id);
  if (authenticated && card !== undefined && intent.setup_future_usage === 'off_session') {
    ctx.tx.put('cards', { ...card, setUpForOffSession: true });
  }
  return { intent: intentNow, error: null };
}

export function refuse(ctx: Context, attempt: Attempt, decline: Decline): AttemptResult {
  const charge = recordCharge(ctx, attempt, decline, false);
  const error: ErrorBody = {
    type: 'card_error',
    code: decline.code,
    ...(decline.declineCode === undefined ? {} : { decline_code: decline.declineCode }),
    ...(decline.param === undefined ? {} : { param: decline.param }),
    advice_code: decline.advice,
    message: decline.message,
    charge: charge.id,
    payment_method: attempt.method,
  };
  const failed = fail(ctx, { ...attempt.intent, latest_charge: charge.id }, error, () => {
    emit(ctx, 'charge.failed', charge);
  });
  return { intent: failed, error: { ...error, payment_intent: failed } };
}

export function failAuthentication(
  ctx: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): AttemptResult {
  const error: ErrorBody = {
    type: 'invalid_request_error',
    code: 'payment_intent_authentication_failure',
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
    payment_method: method,
  };
  const failed = fail(ctx, intent, error, () => undefined);
  return { intent: failed, error: { ...error, payment_intent: failed } };
}

function fail(
  ctx: Context,
  intent: Stripe.PaymentIntent,
  error: ErrorBody,
  announceCharge: () => void,
): Stripe.PaymentIntent {
  const docUrl = `https://stripe.com/docs/error-codes/${(error.code ?? '').replaceAll('_', '-')}`;
  const failed: Stripe.PaymentIntent = {
    ...intent,
    last_payment_error: { ...error, doc_url: docUrl },
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  };
  ctx.tx.put('payment_intents', failed);
  announceCharge();
  emit(ctx, 'payment_intent.payment_failed', failed);
  return failed;
}

function recordCharge(ctx: Context, attempt: Attempt, decline: Decline | null, capture: boolean): Stripe.Charge {
  const charge = newCharge(ctx, {
    paymentIntent: attempt.intent,
    paymentMethod: attempt.method,
    authenticated: attempt.authenticated,
    decline,
    capture,
  });
  ctx.tx.put('charges', charge);
  return charge;
}
