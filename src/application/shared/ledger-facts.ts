import type { LedgerFact } from '../../domain/shared/ledger-fact';

export type { LedgerFact, LedgerFactKind } from '../../domain/shared/ledger-fact';

/** Facts that wait to be posted. They commit with the change that they tell of, and the ledger takes them soon after. */
export abstract class LedgerFacts {
  declare protected readonly port: 'LedgerFacts';

  /** In the caller's unit of work. The same fact may be noted again: it counts once. */
  abstract note(facts: readonly LedgerFact[]): Promise<void>;
}
