import type { DisputeObservation } from '../../domain/dispute/dispute';
import type { EvidencePiece } from '../../domain/dispute/evidence';
import type { Submission, SubmissionFailure } from '../../domain/dispute/submission';
import type { Doubt } from '../../domain/payment/attempt';
import type { Silence } from '../shared/failure-class';

/** A dispute as Stripe shows it. */
export interface DisputeSight {
  readonly seen: DisputeObservation;
  /** The submission of ours whose evidence Stripe has, by the dispute's metadata, which is set with it; null for none. */
  readonly takenFrom: string | null;
}

export type DisputeReading =
  | ({ readonly kind: 'found' } & DisputeSight)
  | { readonly kind: 'missing' }
  | ({ readonly kind: 'unavailable' } & Silence);

export type UploadAnswer =
  | { readonly kind: 'uploaded'; readonly file: string }
  | { readonly kind: 'refused'; readonly failure: SubmissionFailure }
  /** Whether it was stored does not matter: it is of no use before evidence names it. */
  | ({ readonly kind: 'unavailable' } & Partial<Silence>);

export type SubmitAnswer =
  | ({ readonly kind: 'accepted' } & DisputeSight)
  | { readonly kind: 'refused'; readonly failure: SubmissionFailure }
  /** It may or may not have had its effect. */
  | { readonly kind: 'unknown'; readonly doubt: Doubt }
  /** It provably had no effect. */
  | ({ readonly kind: 'never_reached' } & Partial<Silence>);

/** Disputes at Stripe. No call is made inside a transaction, and none but a list throws for what Stripe answers. */
export abstract class DisputeGateway {
  declare protected readonly port: 'DisputeGateway';

  abstract read(id: string): Promise<DisputeReading>;
  /** The ids of all that were opened since, or of all there are, in pages. @throws GatewayUnavailable */
  abstract openedSince(since: Date | null): AsyncIterable<readonly string[]>;
  /** @param piece with a file. */
  abstract upload(submission: Submission, piece: EvidencePiece): Promise<UploadAnswer>;
  /** All at once and for good, under the key of the submission. @param pieces whose files are uploaded. */
  abstract submit(submission: Submission, pieces: readonly EvidencePiece[]): Promise<SubmitAnswer>;
}
