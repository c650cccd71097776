import type { Account } from '../../domain/ledger/account';
import type { Page } from '../shared/page';

/** What an account holds in one currency, in units of the ledger: debits are positive, credits negative. */
export interface BalanceView {
  readonly account: Account;
  readonly currency: string;
  readonly balance: number;
  /** How many of its digits are decimals. */
  readonly decimals: number;
}

export interface PostingView {
  readonly account: Account;
  readonly currency: string;
  readonly amount: number;
  readonly decimals: number;
  readonly about: string | null;
}

export interface LedgerTransactionView {
  readonly id: string;
  readonly kind: string;
  readonly source: string;
  readonly subject: string;
  readonly payment: string | null;
  readonly effectiveAt: string;
  readonly recordedAt: string;
  readonly cause: string;
  readonly note: string | null;
  readonly reverses: string | null;
  readonly postings: readonly PostingView[];
}

export interface LedgerFilter {
  readonly payment?: string;
  /** A refund, a dispute, a payout or a balance transaction. */
  readonly source?: string;
  readonly account?: Account;
}

export interface BalancesAt {
  /** What had taken effect by then. */
  readonly at: Date;
  /** What was recorded by then; everything unless given. */
  readonly asKnownAt?: Date;
}

export abstract class LedgerQueries {
  declare protected readonly port: 'LedgerQueries';

  /** Accounts that are not empty, in a fixed order. */
  abstract balances(asked: BalancesAt): Promise<BalanceView[]>;

  /** Newest first. @throws InvalidCursor */
  abstract transactions(
    filter: LedgerFilter,
    limit: number,
    cursor: string | null,
  ): Promise<Page<LedgerTransactionView>>;
}
