import type { Dispute, DisputeObservation } from '../../domain/dispute/dispute';
import type { Disputes } from '../../domain/dispute/disputes';
import type { EvidenceDrafts } from '../../domain/dispute/evidence-drafts';
import type { Submission, SubmissionFailure } from '../../domain/dispute/submission';
import type { Submissions } from '../../domain/dispute/submissions';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';

/** Commits what became of evidence that is submitted, on both the submission and its dispute. */
export class RecordSubmission {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly disputes: Disputes,
    private readonly submissions: Submissions,
    private readonly drafts: EvidenceDrafts,
    private readonly clock: Clock,
  ) {}

  /** @param change of a submission that is not settled; of no other. */
  change(id: string, change: (submission: Submission, now: Date) => void): Promise<Submission> {
    return this.unitOfWork.run(async () => {
      const submission = await this.lock(id);
      if (!submission.isOpen) return submission;
      change(submission, this.clock.now());
      await this.submissions.save(submission);
      return submission;
    });
  }

  /** It goes on later, and is listed for a person once it takes too long. */
  later(id: string, cause: string, change: (submission: Submission, now: Date) => void): Promise<Submission> {
    return this.withDispute(id, async (submission, dispute, now) => {
      change(submission, now);
      if (!submission.handOverWhenLate(now)) return;
      const { handedOverReason: reason } = submission.snapshot();
      dispute.recordEvidence('dispute.evidence_in_doubt', now, cause, { submission: id, reason });
      await this.disputes.save(dispute);
    });
  }

  /**
   * Stripe has it.
   * @param asked the dispute as it stood here before Stripe answered so: what was stored since may be newer.
   */
  submitted(id: string, asked: Dispute, seen: DisputeObservation, cause: string): Promise<Submission> {
    return this.withDispute(id, async (submission, dispute, now) => {
      submission.submitted(now);
      dispute.recordEvidence('dispute.evidence_submitted', now, cause, { submission: id });
      if (dispute.version === asked.version) dispute.observe(seen, dispute.paymentId, now, cause);
      // What else comes of it, or came between, is looked at right away.
      dispute.lookNow(now);
      await this.disputes.save(dispute);
    });
  }

  /** Nothing was submitted, and nothing will be: what it took is a draft again. */
  notSubmitted(id: string, failure: SubmissionFailure, cause: string): Promise<Submission> {
    return this.withDispute(id, async (submission, dispute, now) => {
      submission.notSubmitted(failure, now);
      await this.drafts.giveBack(id);
      dispute.recordEvidence('dispute.evidence_not_submitted', now, cause, { submission: id, ...failure });
      dispute.lookNow(now);
      await this.disputes.save(dispute);
    });
  }

  /** The dispute first: drafts are changed under its lock. */
  private withDispute(
    id: string,
    work: (submission: Submission, dispute: Dispute, now: Date) => Promise<void>,
  ): Promise<Submission> {
    return this.unitOfWork.run(async () => {
      const known = await this.submissions.find(id);
      const dispute = known === null ? null : await this.disputes.lock(known.disputeId);
      if (dispute === null) throw new Error(`submission ${id} has no dispute`);
      const submission = await this.lock(id);
      if (!submission.isOpen) return submission;
      await work(submission, dispute, this.clock.now());
      await this.submissions.save(submission);
      return submission;
    });
  }

  private async lock(id: string): Promise<Submission> {
    const submission = await this.submissions.lock(id);
    if (submission === null) throw new Error(`submission ${id} does not exist`);
    return submission;
  }
}
