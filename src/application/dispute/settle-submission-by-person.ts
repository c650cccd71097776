import { obstacleToEvidence, type Dispute } from '../../domain/dispute/dispute';
import type { Disputes } from '../../domain/dispute/disputes';
import type { Submission } from '../../domain/dispute/submission';
import type { Submissions } from '../../domain/dispute/submissions';
import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { SettleProblem } from '../shared/settle-problem';
import type { DisputeGateway, DisputeSight } from './dispute-gateway';
import type { RecordSubmission } from './record-submission';

type Settled = Result<void, SettleProblem>;

interface Loaded {
  readonly submission: Submission;
  readonly dispute: Dispute;
  readonly sight: DisputeSight;
}

/** Settles evidence as a person found it out, by what the dispute shows at Stripe. */
export class SettleSubmissionByPerson {
  constructor(
    private readonly disputes: Disputes,
    private readonly submissions: Submissions,
    private readonly gateway: DisputeGateway,
    private readonly record: RecordSubmission,
    private readonly clock: Clock,
  ) {}

  async adopt(submissionId: string, disputeId: string, by: string): Promise<Settled> {
    const loaded = await this.load(submissionId);
    if (!loaded.ok) return loaded;
    const { submission, dispute, sight } = loaded.value;
    const differences = [
      ...(disputeId === dispute.id ? [] : [`it is evidence for ${dispute.id}, not for ${disputeId}`]),
      ...(sight.takenFrom === submission.id
        ? []
        : [`the submission in the dispute's metadata is ${sight.takenFrom ?? 'none'}, not ${submission.id}`]),
    ];
    if (differences.length > 0) return err({ kind: 'not_its_own', differences });
    await this.record.submitted(submission.id, dispute, sight.seen, by);
    return ok(undefined);
  }

  /** Nothing happened, and nothing can any more: what it took is a draft again. */
  async noEffect(submissionId: string, by: string): Promise<Settled> {
    const loaded = await this.load(submissionId);
    if (!loaded.ok) return loaded;
    const { submission, dispute, sight } = loaded.value;
    const now = this.clock.now();
    const from = submission.settledByPersonFrom;
    // What never left is carried on until the deadline.
    if (from === null) return err({ kind: 'not_in_doubt' });
    if (from > now) return err({ kind: 'too_early', from });
    const verdict = submission.verdict(sight.seen, sight.takenFrom, obstacleToEvidence(sight.seen, now));
    if (verdict.kind === 'submitted') return err({ kind: 'has_effect', object: dispute.id });
    await this.record.notSubmitted(submission.id, { code: 'no_effect', field: null }, by);
    return ok(undefined);
  }

  private async load(id: string): Promise<Result<Loaded, SettleProblem>> {
    const submission = await this.submissions.find(id);
    const dispute = submission === null ? null : await this.disputes.find(submission.disputeId);
    if (submission === null || dispute === null) return err({ kind: 'not_found' });
    if (!submission.isOpen) return err({ kind: 'not_in_doubt' });
    const reading = await this.gateway.read(dispute.id);
    if (reading.kind !== 'found') return err({ kind: 'stripe_unreachable' });
    return ok({ submission, dispute, sight: reading });
  }
}
