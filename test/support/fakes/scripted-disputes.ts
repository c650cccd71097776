import {
  DisputeGateway,
  type DisputeReading,
  type SubmitAnswer,
  type UploadAnswer,
} from '../../../src/application/dispute/dispute-gateway';
import { GatewayUnavailable } from '../../../src/application/shared/gateway-unavailable';
import type { DisputeObservation } from '../../../src/domain/dispute/dispute';
import type { EvidencePiece } from '../../../src/domain/dispute/evidence';
import type { Submission } from '../../../src/domain/dispute/submission';

/** What befalls a submission: on the way there, on the way back, or at Stripe. */
export type SubmitTrouble =
  'not_reached' | 'lost_before' | 'lost_after' | 'stored_500' | 'stored_500_after' | 'invalid';

const LOST: SubmitAnswer = { kind: 'unknown', doubt: 'lost_answer' };
const FAILED: SubmitAnswer = { kind: 'unknown', doubt: 'server_error' };
const REFUSED: SubmitAnswer = { kind: 'refused', failure: { code: 'invalid_request_error', field: null } };

/** Stripe's disputes in little, with idempotency keys, and answers that get lost when they are told to. */
export class ScriptedDisputes extends DisputeGateway {
  readonly disputes = new Map<string, DisputeObservation>();
  /** The submission that stands in the dispute's metadata. */
  readonly takenFrom = new Map<string, string>();
  /** What the bank was given, each time. */
  readonly submitted: Record<string, string>[] = [];
  /** `read du_1`, `list`, `upload receipt`, `submit du_1`. */
  readonly calls: string[] = [];
  /** Nothing that is asked gets an answer. */
  unavailable = false;
  /** Files are refused. */
  refusesFiles = false;
  /** Runs when something was done or read, and before the answer leaves: the place of who is faster. */
  beforeAnswer: (call: string) => Promise<void> = () => Promise.resolve();
  readonly #trouble: SubmitTrouble[] = [];
  readonly #answers = new Map<string, SubmitAnswer>();
  #files = 0;

  /** As the bank, or anybody at Stripe, has it now. */
  shows(seen: DisputeObservation): void {
    this.disputes.set(seen.id, seen);
  }

  /** What befalls the next submissions, one each. */
  strike(...trouble: SubmitTrouble[]): void {
    this.#trouble.push(...trouble);
  }

  override async read(id: string): Promise<DisputeReading> {
    await this.begin(`read ${id}`);
    const seen = this.disputes.get(id);
    const takenFrom = this.takenFrom.get(id) ?? null;
    await this.beforeAnswer(`read ${id}`);
    if (this.unavailable) return { kind: 'unavailable', message: 'Stripe does not answer.' };
    return seen === undefined ? { kind: 'missing' } : { kind: 'found', seen, takenFrom };
  }

  override async *openedSince(since: Date | null): AsyncGenerator<readonly string[]> {
    await this.begin('list');
    if (this.unavailable) throw new GatewayUnavailable('Stripe does not answer.');
    const all = [...this.disputes.values()].filter(({ openedAt }) => since === null || openedAt >= since);
    for (const { id } of all.reverse()) yield [id];
  }

  override async upload(_submission: Submission, { field }: EvidencePiece): Promise<UploadAnswer> {
    await this.begin(`upload ${field}`);
    if (this.unavailable) return { kind: 'unavailable' };
    if (this.refusesFiles) return { kind: 'refused', failure: { code: 'invalid_request_error', field: 'file' } };
    this.#files += 1;
    return { kind: 'uploaded', file: `file_${String(this.#files)}` };
  }

  override async submit(submission: Submission, pieces: readonly EvidencePiece[]): Promise<SubmitAnswer> {
    const { disputeId, idempotencyKey } = submission;
    await this.begin(`submit ${disputeId}`);
    const trouble = this.#trouble.shift();
    if (trouble === 'not_reached') return { kind: 'never_reached' };
    if (trouble === 'lost_before') return LOST;
    const kept = this.#answers.get(idempotencyKey);
    const answer = kept ?? this.answerTo(trouble, submission, pieces);
    this.#answers.set(idempotencyKey, answer);
    await this.beforeAnswer(`submit ${disputeId}`);
    return trouble === 'lost_after' ? LOST : answer;
  }

  private answerTo(trouble: SubmitTrouble | undefined, submission: Submission, pieces: readonly EvidencePiece[]) {
    if (trouble === 'invalid') return REFUSED;
    if (trouble === 'stored_500') return FAILED;
    const taken = this.give(submission, pieces);
    return trouble === 'stored_500_after' ? FAILED : taken;
  }

  private give({ disputeId, id }: Submission, pieces: readonly EvidencePiece[]): SubmitAnswer {
    const before = this.disputes.get(disputeId)!;
    const status = before.status.startsWith('warning') ? 'warning_under_review' : 'under_review';
    const seen = { ...before, status, submissionCount: before.submissionCount + 1, hasEvidence: true } as const;
    this.shows(seen);
    this.takenFrom.set(disputeId, id);
    const said = pieces.map(({ field, content, stripeFile }) => [
      field,
      content.kind === 'text' ? content.text : stripeFile!,
    ]);
    this.submitted.push(Object.fromEntries(said) as Record<string, string>);
    return { kind: 'accepted', seen, takenFrom: id };
  }

  private async begin(call: string): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.calls.push(call);
  }
}
