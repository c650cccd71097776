import type { AuditDetail } from '../../application/audit/audit-detail';
import type { Cipher } from '../../application/shared/cipher';
import type { AuditChannel, AuditEntry, AuditPhase } from '../../domain/audit/audit-entry';

/** Under the names of the columns, which is how one statement writes several of them. */
export interface AuditRow {
  /** The driver reads a bigint as text. */
  readonly sequence: number | string;
  readonly occurred_at: string;
  readonly phase: AuditPhase;
  readonly asked: number | string | null;
  readonly principal: string;
  readonly role: string;
  readonly channel: AuditChannel;
  readonly action: string;
  readonly target: string | null;
  readonly request_id: string;
  readonly status: number | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly previous_hash: string;
  readonly hash: string;
}

/** To the microsecond, since the time is hashed as well: a Date would lose a part of it. */
const OCCURRED_AT = `to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS occurred_at`;

export const AUDIT_COLUMNS = `sequence, ${OCCURRED_AT}, phase, asked, principal, role, channel, action, target, request_id,
  status, code, detail, previous_hash, hash`;

export function toRow(entry: AuditEntry): AuditRow {
  const { occurredAt: occurred_at, requestId: request_id, previousHash: previous_hash, ...same } = entry;
  return { ...same, occurred_at, request_id, previous_hash };
}

export function fromRow(row: AuditRow): AuditEntry {
  const { occurred_at: occurredAt, request_id: requestId, previous_hash: previousHash, ...same } = row;
  const asked = row.asked === null ? null : Number(row.asked);
  return { ...same, sequence: Number(row.sequence), asked, occurredAt, requestId, previousHash };
}

export function sealDetail(cipher: Cipher, sequence: number, detail: AuditDetail): string {
  return cipher.seal(JSON.stringify(detail), contextOf(sequence));
}

/** @throws SealBroken */
export function openDetail(cipher: Cipher, sequence: number, detail: string): AuditDetail {
  return JSON.parse(cipher.open(detail, contextOf(sequence))) as AuditDetail;
}

function contextOf(sequence: number): string {
  return `audit_entries.detail:${String(sequence)}`;
}
