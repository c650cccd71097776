import { createHash } from 'node:crypto';
import type { Cipher } from '../../application/shared/cipher';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import { sizeOf, type EvidenceField, type EvidencePiece, type PieceSize } from '../../domain/dispute/evidence';
import { EvidenceDrafts } from '../../domain/dispute/evidence-drafts';
import { pieceOf, sealEvidence, type EvidenceRow } from './evidence-row';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

const PUT = `
INSERT INTO dispute_evidence (id, stripe_account, livemode, dispute_id, field, kind, content, file_name, media_type, size,
  sha256, stripe_file, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;

const TAKEN = `
SELECT id, dispute_id AS "disputeId", field, kind, content, file_name AS "fileName", media_type AS "mediaType",
  stripe_file AS "stripeFile", created_at AS "createdAt"
FROM dispute_evidence WHERE submission_id = $1 ORDER BY field`;

export class PostgresEvidenceDrafts extends EvidenceDrafts {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override sizesOf(disputeId: string): Promise<PieceSize[]> {
    return this.unitOfWork.rows(
      'SELECT field, kind, size FROM dispute_evidence WHERE dispute_id = $1 AND submission_id IS NULL',
      [disputeId],
    );
  }

  override async put({ id, disputeId, field, content, stripeFile, createdAt }: EvidencePiece): Promise<void> {
    await this.remove(disputeId, field);
    const { account, livemode } = this.binding.current();
    const said = content.kind === 'text' ? content.text : Buffer.from(content.bytes).toString('base64');
    const file =
      content.kind === 'text'
        ? { name: null, type: null, sha256: null }
        : {
            name: sealEvidence(this.cipher, 'file_name', id, content.name),
            type: content.mediaType,
            sha256: createHash('sha256').update(content.bytes).digest('hex'),
          };
    const sealed = sealEvidence(this.cipher, 'content', id, said);
    await this.unitOfWork.rows(PUT, [
      ...[id, account, livemode, disputeId, field, content.kind, sealed, file.name, file.type, sizeOf(content)],
      ...[file.sha256, stripeFile, createdAt],
    ]);
  }

  override async remove(disputeId: string, field: EvidenceField): Promise<void> {
    await this.unitOfWork.rows(
      'DELETE FROM dispute_evidence WHERE dispute_id = $1 AND field = $2 AND submission_id IS NULL',
      [disputeId, field],
    );
  }

  override async take(disputeId: string, submissionId: string): Promise<number> {
    const taken = await this.unitOfWork.rows(
      'UPDATE dispute_evidence SET submission_id = $2 WHERE dispute_id = $1 AND submission_id IS NULL RETURNING id',
      [disputeId, submissionId],
    );
    return taken.length;
  }

  override async takenBy(submissionId: string): Promise<EvidencePiece[]> {
    const rows = await this.unitOfWork.rows<EvidenceRow>(TAKEN, [submissionId]);
    return rows.map((row) => pieceOf(row, this.cipher));
  }

  override async uploaded(pieceId: string, stripeFile: string): Promise<string> {
    const [row] = await this.unitOfWork.rows<{ stripeFile: string }>(
      `UPDATE dispute_evidence SET stripe_file = coalesce(stripe_file, $2) WHERE id = $1
       RETURNING stripe_file AS "stripeFile"`,
      [pieceId, stripeFile],
    );
    return row?.stripeFile ?? stripeFile;
  }

  override async giveBack(submissionId: string): Promise<void> {
    await this.unitOfWork.rows('UPDATE dispute_evidence SET submission_id = NULL WHERE submission_id = $1', [
      submissionId,
    ]);
  }
}
