import type { PaymentFailure } from '../../../domain/payment/intent-observation';
import type { PaymentOutcome, PaymentProblem } from '../../../application/payment/payment-outcome';
import { ProblemException } from '../problem';
import { declineCodeFor, type ProblemCode } from '../problem-codes';
import { isPayerProblem, payerProblem } from './payer-problems';
import type { PaymentDto } from './payment.dto';

/** A request that was not sent to Stripe at all. */
export function refusalProblem(problem: PaymentProblem): ProblemException {
  if (isPayerProblem(problem)) return payerProblem(problem);
  if (isTurnedAway(problem)) return turnedAway(problem);
  switch (problem.kind) {
    case 'payment_not_found':
      return paymentNotFound();
    case 'transition_forbidden': {
      const what = `A payment that is ${problem.status} does not take a ${problem.operation}.`;
      return new ProblemException('transition_forbidden', what, { members: { paymentStatus: problem.status } });
    }
    case 'capture_exceeds_authorization': {
      const reason = `must be at most ${String(problem.capturable)}, which is what can be captured`;
      const extras = { errors: [{ field: 'amount', reason }], members: { capturableAmount: problem.capturable } };
      return new ProblemException('capture_exceeds_authorization', 'The amount is more than is reserved.', extras);
    }
    case 'payment_expired': {
      const expiresAt = problem.expiresAt.toISOString();
      return new ProblemException('payment_expired', `It expired at ${expiresAt}.`, { members: { expiresAt } });
    }
    case 'not_at_stripe':
      return new ProblemException('payment_not_at_stripe', 'The creation of this payment never reached Stripe.');
    case 'reference_taken': {
      const members = { paymentId: problem.paymentId };
      return new ProblemException('reference_taken', `${problem.paymentId} holds them.`, { members });
    }
    case 'attempt_in_progress': {
      const extras = { members: { paymentId: problem.paymentId }, headers: { 'retry-after': '2' } };
      return new ProblemException(
        'attempt_in_progress',
        `An earlier request for ${problem.paymentId} is not settled.`,
        extras,
      );
    }
    case 'amount_refused':
      return new ProblemException('amount_refused', 'Nothing was sent to Stripe.', {
        errors: [{ field: 'amount', reason: problem.reason }],
      });
    case 'idempotency_key_reused':
      return new ProblemException(
        'idempotency_key_reused',
        'The earlier request with this key asked for something else.',
      );
    case 'in_progress': {
      const what = 'It did not end while this request waited for it.';
      return new ProblemException('in_progress', what, { headers: { 'retry-after': '2' } });
    }
  }
}

type TurnedAway = Extract<
  PaymentProblem,
  { kind: 'stripe_away' | 'too_many_in_flight' | 'too_many_in_flight_for_customer' }
>;

const TURNED_AWAY: Readonly<Record<TurnedAway['kind'], ProblemCode>> = {
  stripe_away: 'stripe_unreachable',
  too_many_in_flight: 'too_many_in_flight',
  too_many_in_flight_for_customer: 'too_many_in_flight_for_customer',
};

function isTurnedAway(problem: PaymentProblem): problem is TurnedAway {
  return Object.hasOwn(TURNED_AWAY, problem.kind);
}

/** It may come back, under the same key. */
function turnedAway(problem: TurnedAway): ProblemException {
  const retryAfter = problem.kind === 'stripe_away' ? (problem.retryAfter ?? USUAL_WAIT) : 1;
  const headers = { 'retry-after': String(retryAfter) };
  return new ProblemException(TURNED_AWAY[problem.kind], 'Nothing was stored, and nothing was sent.', { headers });
}

export function paymentNotFound(): ProblemException {
  return new ProblemException('payment_not_found', 'No payment that you may see has this id.');
}

/** @param failure and the payment as the caller may see them. */
export function declinedProblem(failure: PaymentFailure, shown: PaymentDto): ProblemException {
  const { declineCode, message } = shown.failure ?? { declineCode: null, message: null };
  const members = { paymentId: shown.id, declineCode, stripeCode: failure.code, payment: shown };
  const what = message ?? 'The payment method was declined.';
  return new ProblemException(declineCodeFor(failure), asSentence(what), { members });
}

/** Codes that mean: the payment is no longer, or not yet, in a state that takes this. */
const STATE_CODES = new Set([
  'payment_intent_unexpected_state',
  'charge_already_captured',
  'charge_expired_for_capture',
  'capture_unauthorized_payment',
]);

type Unreachable = Extract<PaymentOutcome, { kind: 'unreachable' }>;
type Rejected = Extract<PaymentOutcome, { kind: 'rejected' }>;

export function rejectedProblem(outcome: Rejected, shown: PaymentDto, seesStripesWords: boolean): ProblemException {
  const { code, message, payment } = outcome;
  const members = { paymentId: payment.id, stripeCode: code, paymentStatus: payment.status, payment: shown };
  const words = seesStripesWords ? ` ${asSentence(message)}` : '';
  const what = `The payment is ${payment.status}.${words}`;
  if (code === 'overtaken' || code === 'no_effect') {
    const { paymentId, paymentStatus } = members;
    return new ProblemException(code, what, { members: { paymentId, paymentStatus, payment: shown } });
  }
  if (STATE_CODES.has(code)) return new ProblemException('payment_intent_unexpected_state', what, { members });
  const refusal = words === '' ? 'Stripe does not take it.' : `Stripe answered ${code}:${words}`;
  return new ProblemException('rejected_by_stripe', refusal, { members });
}

/** Seconds. */
const USUAL_WAIT = 5;

export function unreachableProblem({ payment, retryAfter = USUAL_WAIT }: Unreachable): ProblemException {
  const extras = { members: { paymentId: payment.id }, headers: { 'retry-after': String(retryAfter) } };
  return new ProblemException(
    'stripe_unreachable',
    'Stripe could not be reached or did not take the request, so nothing happened.',
    extras,
  );
}

function asSentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
