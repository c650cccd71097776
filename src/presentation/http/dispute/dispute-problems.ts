import type { SubmitProblem } from '../../../application/dispute/begin-submission';
import type { EvidenceProblem } from '../../../application/dispute/save-evidence';
import type { NotAnswerable } from '../../../domain/dispute/dispute';
import type { SubmissionFailure } from '../../../domain/dispute/submission';
import { ProblemException } from '../problem';

const WHY: Readonly<Record<NotAnswerable['why'], string>> = {
  closed: 'The dispute is over.',
  under_review: 'Evidence was submitted, and the bank decides: most banks take it once.',
  past_deadline: 'The deadline for evidence has passed.',
  no_answer_taken: 'The bank takes no answer to this dispute.',
};

export function disputeNotFound(): ProblemException {
  return new ProblemException('dispute_not_found', 'There is no dispute of this id.');
}

export function disputeProblem(problem: EvidenceProblem | SubmitProblem): ProblemException {
  switch (problem.kind) {
    case 'dispute_not_found':
      return disputeNotFound();
    case 'dispute_not_answerable': {
      const members = { disputeStatus: problem.status, reason: problem.why };
      return new ProblemException('dispute_not_answerable', WHY[problem.why], { members });
    }
    case 'submission_in_progress': {
      const members = { submissionId: problem.submissionId };
      return new ProblemException('submission_in_progress', 'Evidence of this dispute is on its way.', { members });
    }
    case 'no_evidence':
      return new ProblemException('no_evidence', 'Nothing was collected for this dispute.');
    case 'evidence_too_large': {
      const { of, most, found } = problem;
      const what = of === 'files' ? 'files have bytes' : 'texts have characters';
      const sentence = `All ${what}: ${String(found)}, and Stripe takes ${String(most)}.`;
      return new ProblemException('evidence_too_large', sentence, { members: { most, found } });
    }
    case 'idempotency_key_reused':
      return new ProblemException(
        'idempotency_key_reused',
        'The earlier request with this key asked for something else.',
      );
  }
}

/** Nothing reached the bank, and nothing will: what was collected is a draft again. */
export function notSubmitted({ code, field }: SubmissionFailure): ProblemException {
  if (isWhy(code)) return new ProblemException('dispute_not_answerable', WHY[code], { members: { reason: code } });
  if (code === 'overtaken') {
    return new ProblemException('overtaken', 'Evidence was submitted in the dashboard of Stripe.');
  }
  if (code === 'no_effect') return new ProblemException('no_effect', 'The evidence did not reach Stripe.');
  const errors = field === null ? {} : { errors: [{ field, reason: `Stripe answers ${code}` }] };
  return new ProblemException('rejected_by_stripe', `Stripe answered ${code}.`, {
    members: { stripeCode: code },
    ...errors,
  });
}

function isWhy(code: string): code is NotAnswerable['why'] {
  return code in WHY;
}
