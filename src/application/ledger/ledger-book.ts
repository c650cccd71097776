import type { BalanceMovement } from '../../domain/ledger/balance-movement';
import type { CurrencyPositions } from '../../domain/ledger/currency-positions';
import type { LedgerTransaction } from '../../domain/ledger/ledger-transaction';
import type { LedgerFact } from '../shared/ledger-facts';

/** What waits to be posted. */
export interface Waiting {
  readonly facts: readonly LedgerFact[];
  /** The oldest first; none while the history of the balance is still being read. */
  readonly movements: readonly BalanceMovement[];
}

/** The ledger as its one writer sees it. */
export abstract class LedgerBook {
  declare protected readonly port: 'LedgerBook';

  /** A unit of work of which there is one at a time, whatever the instance. @returns null when another one is at it. */
  abstract alone<T>(work: () => Promise<T>): Promise<T | null>;

  abstract waiting(most: number): Promise<Waiting>;

  abstract positionsOf(payments: readonly string[]): Promise<CurrencyPositions>;

  /** What was posted before, by source and kind, is not posted again. */
  abstract post(transactions: readonly LedgerTransaction[]): Promise<void>;

  /** Nothing of it waits any more. */
  abstract done(waiting: Waiting): Promise<void>;
}
