import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, unexpectedState } from '../core/errors';
import { mergeMetadata } from '../core/schema';
import { settle } from '../balance/balance-transaction';
import { pick } from '../core/pick';
import { unschedule } from '../core/schedule';
import { checkPrecision } from './currencies';
import { abandonDebit } from './payment-debit';
import { onRealClock } from '../core/test-time';
import type { CaptureParams } from './payment-intent-params';

/** Stripe names two more that the statuses of the pinned version do not hold. */
const CANCELABLE = [
  'requires_payment_method',
  'requires_capture',
  'requires_reauthorization',
  'requires_confirmation',
  'requires_action',
  'expired',
  'processing',
];

export function capturePaymentIntent(
  request: Context,
  intent: Stripe.PaymentIntent,
  params: CaptureParams,
): Stripe.PaymentIntent {
  const ctx = onRealClock(request);
  const charge = heldCharge(ctx, intent);
  if (params.final_capture === false) {
    throw unexpectedState(
      'You cannot capture this PaymentIntent more than once: `final_capture` can be false only where the card supports multicapture.',
      intent,
    );
  }
  const amount = params.amount_to_capture ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    throw invalidRequest(
      'The payment could not be captured because the requested capture amount is greater than the amount you can capture for this charge. Contact us via https://support.stripe.com/contact/ for help.',
      { code: 'amount_too_large', param: 'amount_to_capture' },
    );
  }
  checkPrecision(amount, intent.currency, 'amount_to_capture');
  // Since 2025-03-31 the rest is released without a trace: no refund, no second balance transaction.
  const captured = settle(ctx, { ...charge, amount_captured: amount, captured: true });
  const succeeded: Stripe.PaymentIntent = {
    ...intent,
    ...pick(params, ['statement_descriptor', 'statement_descriptor_suffix']),
    amount_capturable: 0,
    amount_received: amount,
    metadata: params.metadata === undefined ? intent.metadata : mergeMetadata(intent.metadata, params.metadata),
    status: 'succeeded',
  };
  ctx.tx.put('payment_intents', succeeded);
  unschedule(ctx, 'expire_authorization', intent.id);
  emit(ctx, 'charge.captured', captured);
  emit(ctx, 'payment_intent.succeeded', succeeded);
  return succeeded;
}

function heldCharge(ctx: Context, intent: Stripe.PaymentIntent): Stripe.Charge {
  const charge = typeof intent.latest_charge === 'string' ? ctx.tx.get('charges', intent.latest_charge) : undefined;
  if (intent.status === 'requires_capture' && charge !== undefined) return charge;
  if (intent.status === 'succeeded') {
    throw unexpectedState(
      charge === undefined || intent.capture_method !== 'manual'
        ? 'This PaymentIntent could not be captured because it has already been captured.'
        : 'The remaining amount on this PaymentIntent could not be captured because the remainder of the authorized amount has been released.',
      intent,
    );
  }
  throw unexpectedState(
    `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
    intent,
  );
}

export function cancelPaymentIntent(
  request: Context,
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): Stripe.PaymentIntent {
  const ctx = onRealClock(request);
  if (!CANCELABLE.includes(intent.status)) {
    throw unexpectedState(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${CANCELABLE.join(', ')}.`,
      intent,
    );
  }
  unschedule(ctx, 'expire_authorization', intent.id);
  unschedule(ctx, 'finish_processing', intent.id);
  // A held charge is released and looks as before: since 2025-03-31 that is no refund.
  const canceled: Stripe.PaymentIntent = {
    ...intent,
    amount_capturable: 0,
    canceled_at: ctx.clock.now(),
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  };
  ctx.tx.put('payment_intents', canceled);
  abandonDebit(ctx, intent);
  emit(ctx, 'payment_intent.canceled', canceled);
  return canceled;
}

/** The bank holds the money for seven days only. */
export function expireAuthorization(ctx: Context, id: string): void {
  const intent = ctx.tx.get('payment_intents', id);
  if (intent?.status !== 'requires_capture') return;
  const charge = typeof intent.latest_charge === 'string' ? ctx.tx.get('charges', intent.latest_charge) : undefined;
  if (charge !== undefined) emit(ctx, 'charge.expired', charge);
  cancelPaymentIntent(ctx, intent, 'expired');
}
