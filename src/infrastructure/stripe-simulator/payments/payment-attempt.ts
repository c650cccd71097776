import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import type { ErrorBody } from '../core/errors';
import { schedule } from '../core/schedule';
import { settle } from '../balance/balance-transaction';
import { setUpForOffSession } from './challenge';
import { newCharge } from './charge';
import { capturesLater, futureUsage } from './intent-fields';
import { giveTo } from './method-owner';
import { spend } from './payment-method';
import type { Decline } from './test-cards';

const AUTHORIZATION_MS = 7 * 86_400_000;

/** How an attempt to pay ended; a decline is an answer that keeps what happened. */
export interface AttemptResult {
  intent: Stripe.PaymentIntent;
  error: ErrorBody | null;
}

export interface Attempt {
  intent: Stripe.PaymentIntent;
  method: Stripe.PaymentMethod;
  authenticated: boolean;
}

export function approve(ctx: Context, attempt: Attempt): AttemptResult {
  const { intent, method } = attempt;
  const capture = !capturesLater(intent, method.type);
  keepMethod(ctx, attempt);
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
  emit(ctx, 'charge.succeeded', capture ? settleInTime(ctx, intent, charge) : charge);
  emit(ctx, capture ? 'payment_intent.succeeded' : 'payment_intent.amount_capturable_updated', intentNow);
  if (!capture) schedule(ctx, 'expire_authorization', intent.id, ctx.clock.nowMs() + AUTHORIZATION_MS);
  return { intent: intentNow, error: null };
}

/** Only the synchronous way has its balance transaction at once. */
export function settleInTime(ctx: Context, intent: Stripe.PaymentIntent, charge: Stripe.Charge): Stripe.Charge {
  if (intent.capture_method !== 'automatic_async') return settle(ctx, charge);
  schedule(ctx, 'settle_charge', charge.id, ctx.clock.nowMs() + ctx.settings.settlementDelayMs);
  return charge;
}

/** Of a method that nobody keeps, this was the only use. */
export function keepMethod(ctx: Context, { intent, method, authenticated }: Attempt): void {
  const usage = futureUsage(intent, method.type);
  if (authenticated && usage === 'off_session') setUpForOffSession(ctx, method.id);
  if (method.customer !== null) return;
  if (usage !== null && typeof intent.customer === 'string') giveTo(ctx, method, intent.customer);
  else spend(ctx, method.id);
}

/** The bank was asked for the money and said no: a charge that failed tells of it. */
export function refuse(ctx: Context, attempt: Attempt, decline: Decline): AttemptResult {
  return endDeclined(ctx, attempt, decline, recordCharge(ctx, attempt, decline, false));
}

/** Where the caller wants no challenge, the bank is not asked for money. */
export function refuseUnasked(ctx: Context, attempt: Attempt, decline: Decline): AttemptResult {
  return endDeclined(ctx, attempt, decline, null);
}

function endDeclined(ctx: Context, attempt: Attempt, decline: Decline, charge: Stripe.Charge | null): AttemptResult {
  const error: ErrorBody = {
    type: 'card_error',
    code: decline.code,
    ...(decline.declineCode === undefined ? {} : { decline_code: decline.declineCode }),
    ...(decline.param === undefined ? {} : { param: decline.param }),
    advice_code: decline.advice,
    message: decline.message,
    ...(charge === null ? {} : { charge: charge.id }),
    payment_method: attempt.method,
  };
  const intent = { ...attempt.intent, ...(charge === null ? {} : { latest_charge: charge.id }) };
  const failed = fail(ctx, intent, error, () => {
    if (charge !== null) emit(ctx, 'charge.failed', charge);
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

/** Another try, by this method or another, may follow. */
export function fail(
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
    mandate: null,
  });
  ctx.tx.put('charges', charge);
  return charge;
}
