import { Submission } from '../../domain/dispute/submission';
import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { IdempotencyScope } from '../shared/idempotency';
import type { Identifiers } from '../shared/identifiers';
import type { WriteOnce } from '../shared/write-once';
import type { NotOpenForEvidence, SubmissionBooks } from './submission-books';
import { submissionLeaseUntil } from './submission-lease';

export interface SubmitEvidenceCommand {
  readonly disputeId: string;
  /** Null where the caller has no key. */
  readonly idempotency: IdempotencyScope | null;
  /** Who submits: `key:key_…`, `sub:…`, `cli`. */
  readonly actor: string;
}

export type SubmitProblem =
  | NotOpenForEvidence
  /** Nothing was collected that could be submitted. */
  | { readonly kind: 'no_evidence' }
  | { readonly kind: 'idempotency_key_reused' };

/** Rolls back what was begun. */
class Refused extends Error {
  constructor(readonly problem: SubmitProblem) {
    super(problem.kind);
  }
}

/** Commits a submission with the drafts that it takes, and the caller's key, before anything is sent. */
export class BeginSubmission {
  constructor(
    private readonly writeOnce: WriteOnce,
    private readonly books: SubmissionBooks,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  /** @returns the id of the submission, also of one that the same request began before. */
  async execute(command: SubmitEvidenceCommand): Promise<Result<string, SubmitProblem>> {
    const id = this.identifiers.next('evs');
    try {
      const written = await this.writeOnce.execute(command.idempotency, id, () => this.begin(id, command));
      switch (written.kind) {
        case 'written':
          return ok(id);
        case 'repeated':
          return ok(written.resource);
        case 'idempotency_key_reused':
          return err({ kind: 'idempotency_key_reused' });
      }
    } catch (error) {
      if (error instanceof Refused) return err(error.problem);
      throw error;
    }
  }

  private async begin(id: string, { disputeId, actor }: SubmitEvidenceCommand): Promise<void> {
    const { disputes, submissions, drafts } = this.books;
    const now = this.clock.now();
    const opened = await this.books.open(disputeId, now);
    if (!opened.ok) throw new Refused(opened.error);
    const dispute = opened.value;
    const { submissionCount: countBefore } = dispute.snapshot();
    await submissions.add(Submission.begin({ id, disputeId, actor, countBefore }, now, submissionLeaseUntil(now)));
    if ((await drafts.take(disputeId, id)) === 0) throw new Refused({ kind: 'no_evidence' });
    dispute.recordEvidence('dispute.evidence_submitting', now, actor, { submission: id });
    await disputes.save(dispute);
  }
}
