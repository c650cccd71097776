import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { ApiError, type ErrorBody } from '../core/errors';
import { schedule } from '../core/schedule';
import { newCharge, refusedByBank } from './charge';
import { capturesLater, futureUsage } from './intent-fields';
import { findMandate, newMandate, revokeMandate } from './mandates';
import { fail, keepMethod, settleInTime, type AttemptResult } from './payment-attempt';
import type { ConfirmParams } from './payment-intent-params';
import { debitBehind, findPaymentMethod, spend } from './payment-method';
import type { DebitOutcome } from './test-debits';

type DebitFailure = Extract<DebitOutcome, { kind: 'fail' }>;
type MandateParams = Pick<ConfirmParams, 'mandate' | 'mandate_data'>;

/** The bank is told to collect, and answers in days. */
export function startDebit(
  ctx: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  params: MandateParams,
): AttemptResult {
  if (capturesLater(intent, method.type)) {
    throw refusal(intent, `The payment method type \`${method.type}\` does not support manual capture.`, {
      code: 'payment_intent_invalid_parameter',
      param: 'capture_method',
    });
  }
  const mandate = mandateFor(ctx, intent, method, params);
  keepMethod(ctx, { intent, method, authenticated: false });
  const charge = newCharge(ctx, {
    paymentIntent: intent,
    paymentMethod: method,
    authenticated: false,
    decline: null,
    capture: true,
    mandate,
  });
  ctx.tx.put('charges', charge);
  const processing: Stripe.PaymentIntent = { ...intent, latest_charge: charge.id, status: 'processing' };
  ctx.tx.put('payment_intents', processing);
  emit(ctx, 'charge.pending', charge);
  emit(ctx, 'payment_intent.processing', processing);
  const wait = ctx.settings.debitDelayMs * (debitBehind(ctx, method.id).delayed ? 3 : 1);
  schedule(ctx, 'finish_processing', intent.id, ctx.clock.nowMs() + wait);
  return { intent: processing, error: null };
}

/** The mandate named, or made now, or kept from an earlier agreement; without one nobody may debit. */
function mandateFor(
  ctx: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  { mandate: named, mandate_data: data }: MandateParams,
): string {
  if (data !== undefined && data !== null) {
    const again = futureUsage(intent, method.type) !== null;
    const single = again ? null : { amount: intent.amount, currency: intent.currency };
    return newMandate(ctx, { method, acceptance: data.customer_acceptance, single }).id;
  }
  const known = named ?? ctx.tx.get('debits', method.id)?.mandate ?? null;
  if (known !== null && findMandate(ctx, known, 400).status === 'active') return known;
  throw refusal(
    intent,
    'This PaymentIntent requires a mandate, but no existing mandate was found. Collect mandate acceptance from the customer and try again, providing acceptance data in the mandate_data parameter.',
  );
}

/** The bank has answered. */
export function finishProcessing(ctx: Context, id: string): void {
  const intent = ctx.tx.get('payment_intents', id);
  const charge = typeof intent?.latest_charge === 'string' ? ctx.tx.get('charges', intent.latest_charge) : undefined;
  if (intent?.status !== 'processing' || charge === undefined || typeof intent.payment_method !== 'string') return;
  const { outcome } = debitBehind(ctx, intent.payment_method);
  if (outcome.kind === 'succeed') collected(ctx, intent, charge);
  else bounced(ctx, intent, charge, outcome);
}

function collected(ctx: Context, intent: Stripe.PaymentIntent, charge: Stripe.Charge): void {
  const paid: Stripe.Charge = {
    ...charge,
    paid: true,
    receipt_url: `${ctx.publicUrl}/_simulator/receipts/${charge.id}`,
    status: 'succeeded',
  };
  ctx.tx.put('charges', paid);
  const succeeded: Stripe.PaymentIntent = { ...intent, amount_received: intent.amount, status: 'succeeded' };
  ctx.tx.put('payment_intents', succeeded);
  emit(ctx, 'charge.succeeded', settleInTime(ctx, intent, paid));
  emit(ctx, 'payment_intent.succeeded', succeeded);
}

function bounced(ctx: Context, intent: Stripe.PaymentIntent, charge: Stripe.Charge, failure: DebitFailure): void {
  const failed = { ...charge, ...refusedByBank(failure) };
  ctx.tx.put('charges', failed);
  const method = findPaymentMethod(ctx, charge.payment_method ?? '');
  if (failure.revokes) {
    const mandate = charge.payment_method_details?.bacs_debit?.mandate ?? null;
    if (mandate !== null) revokeMandate(ctx, mandate);
    spend(ctx, method.id);
  }
  const error: ErrorBody = {
    type: 'invalid_request_error',
    code: failure.code === 'generic_could_not_process' ? 'payment_intent_payment_attempt_failed' : failure.code,
    charge: charge.id,
    message: failure.message,
    payment_method: method,
  };
  fail(ctx, intent, error, () => {
    emit(ctx, 'charge.failed', failed);
  });
}

/** Given up before the bank answered. */
export function abandonDebit(ctx: Context, intent: Stripe.PaymentIntent): void {
  const charge = typeof intent.latest_charge === 'string' ? ctx.tx.get('charges', intent.latest_charge) : undefined;
  if (intent.status !== 'processing' || charge === undefined) return;
  const failed = {
    ...charge,
    ...refusedByBank({ code: 'generic_could_not_process', message: "This payment couldn't be processed." }),
  };
  ctx.tx.put('charges', failed);
  emit(ctx, 'charge.failed', failed);
}

function refusal(
  intent: Stripe.PaymentIntent,
  message: string,
  details: { code?: string; param?: string } = {},
): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...details, payment_intent: intent });
}
