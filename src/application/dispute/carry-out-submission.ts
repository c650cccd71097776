import { obstacleToEvidence, type Dispute } from '../../domain/dispute/dispute';
import type { Disputes } from '../../domain/dispute/disputes';
import type { EvidencePiece } from '../../domain/dispute/evidence';
import type { Submission } from '../../domain/dispute/submission';
import type { Clock } from '../shared/clock';
import type { DisputeGateway, DisputeReading, SubmitAnswer } from './dispute-gateway';
import type { RecordSubmission } from './record-submission';
import { submissionLeaseUntil } from './submission-lease';
import type { UploadEvidence } from './upload-evidence';

/** Sends a submission that is committed, and commits what came of it. No transaction is open in between. */
export class CarryOutSubmission {
  constructor(
    private readonly disputes: Disputes,
    private readonly gateway: DisputeGateway,
    private readonly uploadEvidence: UploadEvidence,
    private readonly record: RecordSubmission,
    private readonly clock: Clock,
  ) {}

  /** Also of one that somebody began and did not come to: what may have left is looked for before it is sent again. */
  async execute(id: string, cause: string): Promise<Submission> {
    const submission = await this.record.change(id, (found, now) => {
      found.takeUp(submissionLeaseUntil(now));
    });
    if (!submission.isOpen) return submission;
    const dispute = await this.load(submission);
    if (!submission.mayHaveLeft) return this.send(submission, dispute, cause);
    return this.lookFor(submission, dispute, await this.gateway.read(dispute.id), cause);
  }

  private async lookFor(submission: Submission, dispute: Dispute, reading: DisputeReading, cause: string) {
    if (reading.kind !== 'found') return this.later(submission, cause, reading.kind === 'unavailable');
    const now = this.clock.now();
    const { seen, takenFrom } = reading;
    const verdict = submission.verdict(seen, takenFrom, obstacleToEvidence(seen, now));
    switch (verdict.kind) {
      case 'submitted':
        return this.record.submitted(submission.id, dispute, seen, cause);
      case 'not_yet':
        if (submission.mayRepeat(now)) return this.send(submission, dispute, cause);
        return submission.isOver(now) ? this.end(submission, 'no_effect', cause) : this.later(submission, cause);
      case 'barred':
        // What was lost may still be at work at Stripe.
        return submission.isOver(now) ? this.end(submission, verdict.why, cause) : this.later(submission, cause);
    }
  }

  private async send(submission: Submission, dispute: Dispute, cause: string): Promise<Submission> {
    const obstacle = dispute.obstacleToEvidence(this.clock.now());
    if (obstacle !== null && !submission.mayHaveLeft) return this.end(submission, obstacle.why, cause);
    const uploaded = await this.uploadEvidence.execute(submission);
    switch (uploaded.kind) {
      case 'refused':
        return this.record.notSubmitted(submission.id, uploaded.failure, cause);
      case 'unavailable':
        return this.later(submission, cause, true);
      case 'uploaded':
        return this.submit(submission, dispute, uploaded.pieces, cause);
    }
  }

  private async submit(submission: Submission, dispute: Dispute, pieces: readonly EvidencePiece[], cause: string) {
    const sent = await this.record.change(submission.id, (found, now) => {
      found.sent(now);
    });
    if (!sent.isOpen) return sent;
    const answer: SubmitAnswer = await this.gateway.submit(sent, pieces);
    switch (answer.kind) {
      case 'accepted':
        return this.record.submitted(sent.id, dispute, answer.seen, cause);
      case 'refused':
        return this.record.notSubmitted(sent.id, answer.failure, cause);
      case 'unknown':
        return this.record.later(sent.id, cause, (found, now) => {
          found.doubtful(answer.doubt, now);
        });
      case 'never_reached':
        return this.later(sent, cause, true);
    }
  }

  private later(submission: Submission, cause: string, away = false): Promise<Submission> {
    return this.record.later(submission.id, cause, (found, now) => {
      found.later(now, away);
    });
  }

  private end(submission: Submission, code: string, cause: string): Promise<Submission> {
    return this.record.notSubmitted(submission.id, { code, field: null }, cause);
  }

  private async load({ disputeId }: Submission): Promise<Dispute> {
    const dispute = await this.disputes.find(disputeId);
    if (dispute === null) throw new Error(`dispute ${disputeId} does not exist`);
    return dispute;
  }
}
