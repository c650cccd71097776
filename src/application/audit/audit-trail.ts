import type { AuditEntry, AuditRecord } from '../../domain/audit/audit-entry';
import type { AuditHead, AuditPlace } from '../../domain/audit/chain';
import type { AuditDetail } from './audit-detail';

/** An entry before it has its place. Its detail is sealed with it. */
export type AuditDraft = Omit<AuditRecord, 'detail'> & { readonly detail: AuditDetail | null };

/** The trail as it stood at one moment. */
export interface TrailSnapshot {
  readonly head: AuditHead | null;
  /** By sequence, a few at a time. */
  readonly entries: AsyncIterable<AuditEntry>;
}

/** The chain of all that staff did. It only grows. */
export abstract class AuditTrail {
  declare protected readonly port: 'AuditTrail';

  /** Committed when it returns. Not within a unit of work: what is rolled back was asked all the same. */
  abstract append(draft: AuditDraft): Promise<AuditPlace>;
  abstract inspect<T>(look: (snapshot: TrailSnapshot) => Promise<T>): Promise<T>;
}
