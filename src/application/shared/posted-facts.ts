import type { LedgerFactKind } from './ledger-facts';

export interface FactsOf {
  /** Noted, and not in the ledger yet. */
  readonly waiting: readonly LedgerFactKind[];
  readonly posted: readonly LedgerFactKind[];
}

/** Which facts of a subject (`ref_…`) the ledger has. */
export abstract class PostedFacts {
  declare protected readonly port: 'PostedFacts';

  abstract of(subject: string): Promise<FactsOf>;
}
