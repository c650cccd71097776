import type { AuditEntry } from '../../domain/audit/audit-entry';
import type { Page } from '../shared/page';
import type { AuditDetail } from './audit-detail';

export interface AuditFilter {
  readonly principal?: string;
  readonly action?: string;
  readonly since?: Date;
}

/** An entry as it is shown. */
export type AuditView = Omit<AuditEntry, 'detail' | 'previousHash'> & { readonly detail: AuditDetail | null };

export abstract class AuditQueries {
  declare protected readonly port: 'AuditQueries';

  /** Newest first. @throws InvalidCursor */
  abstract list(filter: AuditFilter, limit: number, cursor: string | null): Promise<Page<AuditView>>;
}
