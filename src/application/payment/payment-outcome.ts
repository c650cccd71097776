import type { Attempt } from '../../domain/payment/attempt';
import type { PaymentFailure } from '../../domain/payment/intent-observation';
import type { Payment } from '../../domain/payment/payment';
import type { PaymentError } from '../../domain/payment/payment-errors';
import { viewOf, type PaymentView } from './payment-view';
import type { PayerProblem } from './prepare-payer';

/** What came of a request that was sent to Stripe. Plain JSON: this is what an idempotency record keeps. */
export type PaymentOutcome =
  | { readonly kind: 'done'; readonly payment: PaymentView }
  | { readonly kind: 'declined'; readonly failure: PaymentFailure; readonly payment: PaymentView }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string; readonly payment: PaymentView }
  /** Still being found out: the same request with the same key asks again. */
  | { readonly kind: 'in_doubt'; readonly payment: PaymentView; /** Stripe did not answer. */ readonly away?: true }
  /** Stripe was not reached; nothing happened. The same request with the same key tries again. */
  | {
      readonly kind: 'unreachable';
      readonly payment: PaymentView;
      /** It was accepted all the same, and is sent once Stripe can be reached. */
      readonly deferred?: true;
      /** Seconds until another try has a chance, where that is known. */
      readonly retryAfter?: number;
    };

/** Why a request was not sent at all. Nothing was stored, so nothing is replayed. */
export type PaymentProblem =
  | PaymentError
  | { readonly kind: 'payment_not_found' }
  | PayerProblem
  | { readonly kind: 'reference_taken'; readonly paymentId: string }
  | { readonly kind: 'attempt_in_progress'; readonly paymentId: string }
  | { readonly kind: 'amount_refused'; readonly reason: string }
  | { readonly kind: 'idempotency_key_reused' }
  | { readonly kind: 'in_progress' }
  /** Stripe does not answer at the moment, so nothing is begun. */
  | { readonly kind: 'stripe_away'; readonly retryAfter: number | null }
  | { readonly kind: 'too_many_in_flight' }
  | { readonly kind: 'too_many_in_flight_for_customer' };

export function outcomeOf(payment: Payment, attempt: Attempt): PaymentOutcome {
  const view = viewOf(payment, attempt.isOpen);
  const { state, code, declineCode, message } = attempt.snapshot();
  if (attempt.isOpen) return { kind: 'in_doubt', payment: view };
  if (state === 'never_reached') {
    return { kind: 'unreachable', payment: view, ...(attempt.isDeferred ? { deferred: true } : {}) };
  }
  if (state === 'declined') {
    const failure = { code: code ?? 'card_declined', declineCode, message: message ?? 'The payment was declined.' };
    return { kind: 'declined', failure, payment: view };
  }
  if (state === 'rejected') {
    return { kind: 'rejected', code: code ?? 'rejected', message: message ?? 'Stripe refused it.', payment: view };
  }
  return { kind: 'done', payment: view };
}

/** Success, declines and refusals are kept and replayed; what may still change is not. */
export function isFinalOutcome(outcome: PaymentOutcome): boolean {
  return outcome.kind !== 'in_doubt' && outcome.kind !== 'unreachable';
}

/** What came of ending a payment here, without asking Stripe. */
export function outcomeOfEnd(payment: Payment): PaymentOutcome {
  return { kind: 'done', payment: viewOf(payment, false) };
}
