import type Stripe from 'stripe';
import {
  DisputeGateway,
  type DisputeReading,
  type SubmitAnswer,
  type UploadAnswer,
} from '../../application/dispute/dispute-gateway';
import type { EvidencePiece } from '../../domain/dispute/evidence';
import type { Submission } from '../../domain/dispute/submission';
import { disputeObservationOf, isDispute, SUBMISSION_KEY } from './stripe-dispute';
import { effectOf, isMissing, silenceOf, unavailable, type Effect } from './stripe-errors';

const PAGE = 100;

export class StripeDisputeGateway extends DisputeGateway {
  constructor(private readonly stripe: Stripe) {
    super();
  }

  override async read(id: string): Promise<DisputeReading> {
    try {
      return readingOf(await this.stripe.disputes.retrieve(id));
    } catch (error) {
      return isMissing(error) ? { kind: 'missing' } : silenceOf(error);
    }
  }

  override async *openedSince(since: Date | null): AsyncGenerator<readonly string[]> {
    const created = since === null ? {} : { created: { gte: Math.floor(since.getTime() / 1_000) } };
    for (let after: string | undefined; ;) {
      const page = await this.page({
        ...created,
        limit: PAGE,
        ...(after === undefined ? {} : { starting_after: after }),
      });
      const ids = page.data.map(({ id }) => id);
      yield ids;
      after = ids.at(-1);
      if (!page.has_more || after === undefined) return;
    }
  }

  override async upload(submission: Submission, { field, content }: EvidencePiece): Promise<UploadAnswer> {
    if (content.kind !== 'file') throw new Error(`${field} of ${submission.id} is no file`);
    const file = { data: content.bytes, name: content.name, type: content.mediaType };
    try {
      const once = { idempotencyKey: submission.uploadKey(field) };
      const made = await this.stripe.files.create({ purpose: 'dispute_evidence', file }, once);
      return isFile(made) ? { kind: 'uploaded', file: made.id } : { kind: 'unavailable' };
    } catch (error) {
      const effect = effectOf(error);
      return effect.kind === 'refused' ? { ...refusalOf(effect), kind: 'refused' } : { ...effect, kind: 'unavailable' };
    }
  }

  override async submit(submission: Submission, pieces: readonly EvidencePiece[]): Promise<SubmitAnswer> {
    const evidence = Object.fromEntries(pieces.map((piece) => [piece.field, valueOf(piece)]));
    const params = { evidence, metadata: { [SUBMISSION_KEY]: submission.id }, submit: true };
    try {
      const once = { idempotencyKey: submission.idempotencyKey };
      const reading = readingOf(await this.stripe.disputes.update(submission.disputeId, params, once));
      return reading.kind === 'found' ? { ...reading, kind: 'accepted' } : { kind: 'unknown', doubt: 'lost_answer' };
    } catch (error) {
      const effect = effectOf(error);
      return effect.kind === 'refused' ? refusalOf(effect) : effect;
    }
  }

  private async page(params: Stripe.DisputeListParams): Promise<Stripe.ApiList<Stripe.Dispute>> {
    try {
      return await this.stripe.disputes.list(params);
    } catch (error) {
      throw unavailable(error);
    }
  }
}

function readingOf(found: unknown): DisputeReading {
  if (!isDispute(found)) return noAnswer('Stripe answered with something that is no dispute.');
  const seen = disputeObservationOf(found);
  if (seen === null) return noAnswer(`This version does not know the status ${found.status}.`);
  return { kind: 'found', seen, takenFrom: found.metadata[SUBMISSION_KEY] ?? null };
}

function isFile(value: unknown): value is Stripe.File {
  return (value as { object?: unknown } | null | undefined)?.object === 'file';
}

function valueOf({ field, content, stripeFile }: EvidencePiece): string {
  if (content.kind === 'text') return content.text;
  if (stripeFile === null) throw new Error(`the file for ${field} was not uploaded`);
  return stripeFile;
}

/** Stripe's words may quote the evidence: only its code and the field are kept. */
function refusalOf({ error }: Extract<Effect, { kind: 'refused' }>): Extract<SubmitAnswer, { kind: 'refused' }> {
  return { kind: 'refused', failure: { code: error.code ?? error.rawType ?? error.type, field: error.param ?? null } };
}

function noAnswer(message: string): Extract<DisputeReading, { kind: 'unavailable' }> {
  return { kind: 'unavailable', message };
}
