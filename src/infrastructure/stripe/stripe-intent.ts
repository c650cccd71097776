import type Stripe from 'stripe';
import type { ChargeReport } from '../../domain/payment/attempt';
import type { IntentObservation, ObservedCharge, PaymentFailure } from '../../domain/payment/intent-observation';
import type { PaymentStatus } from '../../domain/payment/payment-status';
import { fromStripeAmount } from './stripe-amount';

/** Under these our ids stand in the metadata of every intent that we make. */
export const PAYMENT_KEY = 'cashdesk_payment';
export const ATTEMPT_KEY = 'cashdesk_attempt';
/** The caller's own name of it, for people who look at Stripe's dashboard. */
export const REFERENCE_KEY = 'cashdesk_reference';

const STATUS: Readonly<Record<string, PaymentStatus>> = {
  requires_payment_method: 'requires_payment_method',
  requires_confirmation: 'requires_confirmation',
  requires_action: 'requires_action',
  processing: 'processing',
  requires_capture: 'authorized',
  succeeded: 'succeeded',
  canceled: 'canceled',
};

/** An error body without `error` passes the SDK as a success: only this is one. */
export function isIntent(answer: unknown): answer is Stripe.PaymentIntent {
  const { object, id, status } = (answer ?? {}) as Partial<Stripe.PaymentIntent>;
  return object === 'payment_intent' && typeof id === 'string' && status !== undefined && status in STATUS;
}

export function observationOf(intent: Stripe.PaymentIntent): IntentObservation {
  const error = intent.last_payment_error;
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  return {
    intent: intent.id,
    paymentId: intent.metadata[PAYMENT_KEY] ?? null,
    attemptId: intent.metadata[ATTEMPT_KEY] ?? null,
    status: statusOf(intent),
    amount: fromStripeAmount(intent.amount, intent.currency),
    currency: intent.currency,
    capturable: fromStripeAmount(intent.amount_capturable, intent.currency),
    captured: fromStripeAmount(intent.amount_received, intent.currency),
    charge: idOf(intent.latest_charge),
    paymentMethod: idOf(intent.payment_method),
    clientSecret: intent.client_secret,
    nextAction: intent.next_action === null ? null : { type: intent.next_action.type },
    redirectUrl: intent.next_action?.redirect_to_url?.url ?? null,
    failure: intent.status === 'requires_payment_method' ? failureOf(error) : null,
    failedCharge: error?.charge ?? null,
    cancellationReason: intent.cancellation_reason,
    ...riskOf(charge),
  };
}

export function failureOf(error: FailureSource | null | undefined): PaymentFailure | null {
  if (error === null || error === undefined) return null;
  return {
    code: error.code ?? 'card_declined',
    declineCode: textOrNull(error.decline_code),
    message: error.message ?? 'The payment was declined.',
  };
}

/** The SDK reads a missing `decline_code` as ''. */
function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

interface FailureSource {
  readonly code?: string;
  readonly decline_code?: string;
  readonly message?: string;
}

/** Null while a charge is still under way. */
export function chargeOf(charge: Stripe.Charge): ObservedCharge | null {
  if (charge.status === 'pending') return null;
  const succeeded = charge.status === 'succeeded';
  return {
    charge: charge.id,
    succeeded,
    code: charge.failure_code,
    declineCode: succeeded ? null : (charge.outcome?.reason ?? null),
    message: charge.failure_message,
    at: new Date(charge.created * 1_000),
    ...riskOf(charge),
  };
}

function riskOf(charge: Stripe.Charge | null): Pick<ChargeReport, 'riskScore' | 'riskLevel'> {
  const outcome = charge?.outcome;
  return { riskScore: outcome?.risk_score ?? null, riskLevel: outcome?.risk_level ?? null };
}

function statusOf(intent: Stripe.PaymentIntent): PaymentStatus {
  const status = STATUS[intent.status];
  if (status === undefined) throw new Error(`${intent.id} has the unknown status ${intent.status}`);
  return status;
}

function idOf(reference: string | { id: string } | null): string | null {
  return typeof reference === 'object' ? (reference?.id ?? null) : reference;
}
