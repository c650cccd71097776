import type { EvidenceField, EvidencePiece, PieceSize } from './evidence';

/**
 * What is collected to answer disputes. A draft is changed under the lock of its dispute; what a submission took stays as
 * it is, and is a draft again when nothing of it was submitted. Everything that stores needs an open unit of work.
 */
export abstract class EvidenceDrafts {
  declare protected readonly port: 'EvidenceDrafts';

  /** How much there is of each draft. */
  abstract sizesOf(disputeId: string): Promise<PieceSize[]>;
  /** Takes the place of what was said in that field. */
  abstract put(piece: EvidencePiece): Promise<void>;
  abstract remove(disputeId: string, field: EvidenceField): Promise<void>;
  /** Gives all drafts of a dispute to a submission. @returns how many there were. */
  abstract take(disputeId: string, submissionId: string): Promise<number>;
  /** By field; with what they say. */
  abstract takenBy(submissionId: string): Promise<EvidencePiece[]>;
  /** @returns the file that stands for it: one that was uploaded before stays. */
  abstract uploaded(pieceId: string, stripeFile: string): Promise<string>;
  /** They are drafts again. */
  abstract giveBack(submissionId: string): Promise<void>;
}
