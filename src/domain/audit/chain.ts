import type { AuditEntry, AuditRecord } from './audit-entry';
import type { AuditMac } from './audit-mac';

/** A place of the chain: enough to check later that what was there is there still. */
export interface AuditPlace {
  readonly sequence: number;
  readonly hash: string;
}

/** How far the chain goes, kept beside it, so that a cut tail is seen. */
export interface AuditHead extends AuditPlace {
  readonly mac: string;
}

/** Before the first entry. */
export const BEGINNING: AuditPlace = { sequence: 0, hash: '0'.repeat(64) };

/** The entry that follows `last`. */
export function link(mac: AuditMac, last: AuditPlace, record: AuditRecord, occurredAt: string): AuditEntry {
  const unsigned = { ...record, sequence: last.sequence + 1, occurredAt, previousHash: last.hash };
  return { ...unsigned, hash: mac.of(canonical(unsigned)) };
}

export function isGenuine(mac: AuditMac, entry: AuditEntry): boolean {
  return entry.hash === mac.of(canonical(entry));
}

export function headAt(mac: AuditMac, { sequence, hash }: AuditPlace): AuditHead {
  return { sequence, hash, mac: mac.of(JSON.stringify(['audit head 1', sequence, hash])) };
}

export function isGenuineHead(mac: AuditMac, head: AuditHead): boolean {
  return headAt(mac, head).mac === head.mac;
}

/** One text for one entry: every field in a fixed order, none of which can run into the next. It must never change. */
function canonical(entry: Omit<AuditEntry, 'hash'>): string {
  return JSON.stringify([
    'audit entry 1',
    entry.sequence,
    entry.occurredAt,
    entry.phase,
    entry.asked,
    entry.principal,
    entry.role,
    entry.channel,
    entry.action,
    entry.target,
    entry.requestId,
    entry.status,
    entry.code,
    entry.detail,
    entry.previousHash,
  ]);
}
