import type { Cipher } from '../../application/shared/cipher';
import type { EvidenceContent, EvidenceField, EvidencePiece, MediaType } from '../../domain/dispute/evidence';

/** A row of `dispute_evidence` with what it says. */
export interface EvidenceRow {
  readonly id: string;
  readonly disputeId: string;
  readonly field: EvidenceField;
  readonly kind: EvidenceContent['kind'];
  readonly content: string;
  readonly fileName: string | null;
  readonly mediaType: MediaType | null;
  readonly stripeFile: string | null;
  readonly createdAt: Date;
}

type SealedColumn = 'content' | 'file_name';

export function sealEvidence(cipher: Cipher, column: SealedColumn, id: string, text: string): string {
  return cipher.seal(text, `dispute_evidence.${column}:${id}`);
}

/** @throws SealBroken */
export function openEvidence(cipher: Cipher, column: SealedColumn, id: string, sealed: string): string {
  return cipher.open(sealed, `dispute_evidence.${column}:${id}`);
}

export function pieceOf(row: EvidenceRow, cipher: Cipher): EvidencePiece {
  const { id, disputeId, field, stripeFile, createdAt } = row;
  return { id, disputeId, field, stripeFile, createdAt, content: contentOf(row, cipher) };
}

function contentOf({ id, content, fileName, mediaType }: EvidenceRow, cipher: Cipher): EvidenceContent {
  const said = openEvidence(cipher, 'content', id, content);
  if (fileName === null || mediaType === null) return { kind: 'text', text: said };
  const name = openEvidence(cipher, 'file_name', id, fileName);
  return { kind: 'file', name, mediaType, bytes: Buffer.from(said, 'base64') };
}
