export const AUDIT_PHASES = ['asked', 'outcome', 'denied', 'alarm'] as const;
/**
 * `asked` is committed before something is done and `outcome` after it; `denied` was not done for want of a right.
 * `alarm`: the head did not fit the chain when the next entry was to be appended.
 */
export type AuditPhase = (typeof AUDIT_PHASES)[number];

export type AuditChannel = 'http' | 'cli';

/** Who does what, to which object. */
export interface AuditAct {
  /** `key:key_…`, `sub:<subject of staff>`, `role:<role>` of a token without one, `cli:<account of the system>`. */
  readonly principal: string;
  readonly role: string;
  readonly channel: AuditChannel;
  /** `POST /payments/{id}/capture`, `keys revoke`. */
  readonly action: string;
  /** The ids of the path or of the argument; of an outcome, also what was made. */
  readonly target: string | null;
  readonly requestId: string;
}

export interface AuditRecord extends AuditAct {
  readonly phase: AuditPhase;
  /** Of an outcome: the place of what was asked. */
  readonly asked: number | null;
  /** Of HTTP, or the exit code of a command. */
  readonly status: number | null;
  /** Of a problem. */
  readonly code: string | null;
  /** Sealed. */
  readonly detail: string | null;
}

/** A record in its place of the chain. */
export interface AuditEntry extends AuditRecord {
  /** From 1 on, without gaps. */
  readonly sequence: number;
  /** By the clock of the database, to the microsecond: `2026-12-01T10:00:00.123456Z`. */
  readonly occurredAt: string;
  readonly previousHash: string;
  readonly hash: string;
}
