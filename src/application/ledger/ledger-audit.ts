import type { SeenMovement } from './balance-gateway';

/** What an audit found: what is wrong or open, why, and what to do. */
export interface LedgerFinding {
  /** A difference means that the books are wrong; what is open waits for time or for a person. */
  readonly severity: 'difference' | 'open';
  readonly kind: string;
  /** What it is about: a transaction, an account, a payment. */
  readonly about: string;
  readonly detail: string;
  readonly cause: string;
  readonly repair: string;
}

export interface Unlike {
  readonly missing: readonly string[];
  readonly different: readonly string[];
}

/** What the database says of its own ledger and mirror. */
export abstract class LedgerAudit {
  declare protected readonly port: 'LedgerAudit';

  /** Reads everything that was ever posted. */
  abstract findings(): Promise<LedgerFinding[]>;

  abstract counts(): Promise<{ readonly transactions: number; readonly movements: number }>;

  /** Which of them are not mirrored, and which with other figures. */
  abstract unlike(movements: readonly SeenMovement[]): Promise<Unlike>;

  /** How many are mirrored that were made until then. */
  abstract mirroredUntil(at: Date): Promise<number>;
}
