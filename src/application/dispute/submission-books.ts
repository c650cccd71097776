import type { Dispute, NotAnswerable } from '../../domain/dispute/dispute';
import type { Disputes } from '../../domain/dispute/disputes';
import type { EvidenceDrafts } from '../../domain/dispute/evidence-drafts';
import type { Submissions } from '../../domain/dispute/submissions';
import { err, ok, type Result } from '../../domain/shared/result';

export type NotOpenForEvidence =
  | { readonly kind: 'dispute_not_found' }
  /** Evidence of this dispute is on its way already. */
  | { readonly kind: 'submission_in_progress'; readonly submissionId: string }
  | NotAnswerable;

/** The collections in which evidence stands, and whether it may be changed there. */
export class SubmissionBooks {
  constructor(
    readonly disputes: Disputes,
    readonly submissions: Submissions,
    readonly drafts: EvidenceDrafts,
  ) {}

  /** Takes the dispute, under whose lock its evidence is changed and submitted. */
  async open(disputeId: string, now: Date): Promise<Result<Dispute, NotOpenForEvidence>> {
    const dispute = await this.disputes.lock(disputeId);
    if (dispute === null) return err({ kind: 'dispute_not_found' });
    const open = await this.submissions.openOf(disputeId);
    if (open !== null) return err({ kind: 'submission_in_progress', submissionId: open.id });
    const obstacle = dispute.obstacleToEvidence(now);
    return obstacle === null ? ok(dispute) : err(obstacle);
  }
}
