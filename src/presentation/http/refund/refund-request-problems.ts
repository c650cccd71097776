import type { RefundProblem } from '../../../application/refund/refund-problem';
import { ProblemException } from '../problem';
import type { ProblemCode } from '../problem-codes';
import { refundRefusal } from './refund-problems';
import type { RefundDto } from './refund.dto';

/** With which a decision about a refund is refused. */
export const DECISION_PROBLEMS = ['refund_not_found', 'refund_state_forbids'] as const satisfies readonly ProblemCode[];

export function requestProblem(problem: RefundProblem): ProblemException {
  switch (problem.kind) {
    case 'refund_not_found':
      return refundNotFound();
    case 'amount_refused': {
      const errors = [{ field: 'amount', reason: problem.reason }];
      return new ProblemException('amount_refused', 'Nothing was sent to Stripe.', { errors });
    }
    case 'second_person_needed':
      return new ProblemException('second_person_needed', 'You asked for this refund yourself.');
    case 'not_yours_to_withdraw':
      return new ProblemException('refund_not_yours', 'Somebody else asked for this refund.');
    case 'refund_state_forbids': {
      const { refundId, status } = problem;
      const members = { refundId, refundStatus: status };
      return new ProblemException('refund_state_forbids', `The refund is ${status}.`, { members });
    }
    case 'idempotency_key_reused': {
      const what = 'The earlier request with this key asked for something else.';
      return new ProblemException('idempotency_key_reused', what);
    }
    default:
      return refundRefusal(problem);
  }
}

/** Stripe did not take it: nothing went back, and nothing will. */
export function refusedByStripe(refund: RefundDto): ProblemException {
  const { code, message } = refund.failure ?? { code: 'unknown', message: null };
  const members = { refundId: refund.id, stripeCode: code, refund };
  const words = message === null ? '' : ` ${/[.!?]$/.test(message) ? message : `${message}.`}`;
  return new ProblemException('refund_refused', `Stripe answered ${code}:${words}`, { members });
}

export function refundNotFound(): ProblemException {
  return new ProblemException('refund_not_found', 'No refund has this id.');
}
