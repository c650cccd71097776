import type { Currency } from '../shared/currency';
import type { Account } from './account';

export interface Posting {
  readonly account: Account;
  readonly currency: Currency;
  /** In units of the ledger; a debit is positive, a credit negative, and none is zero. */
  readonly amount: number;
  /** Whose it is within the account: a payment, a dispute, a payout. When that is settled, its postings sum to zero. */
  readonly about: string | null;
}

/** Postings that took effect together. What was posted never changes: a mistake is reversed by another transaction. */
export interface LedgerTransaction {
  readonly kind: string;
  /** What it was made from; one transaction of a kind per source. */
  readonly source: string;
  /** What happened to whom: a payment, a refund, a dispute, a payout. */
  readonly subject: string;
  readonly paymentId: string | null;
  readonly effectiveAt: Date;
  readonly cause: string;
  readonly note: string | null;
  /** The transaction of this subject and kind that it takes back. */
  readonly reverses: { readonly subject: string; readonly kind: string } | null;
  readonly postings: readonly Posting[];
}

/**
 * Leaves out what moves nothing, and joins what moves the same.
 * @returns null when nothing is left. @throws Error when it does not add up: a rule is wrong.
 */
export function transactionOf(transaction: LedgerTransaction): LedgerTransaction | null {
  const postings = joined(transaction.postings).filter(({ amount }) => amount !== 0);
  for (const [currency, sum] of sums(postings)) {
    if (sum === 0n) continue;
    throw new Error(`${transaction.kind} of ${transaction.source} is off by ${String(sum)} ${currency}`);
  }
  return postings.length === 0 ? null : { ...transaction, postings };
}

function joined(postings: readonly Posting[]): Posting[] {
  const found = new Map<string, Posting>();
  for (const posting of postings) {
    if (!Number.isSafeInteger(posting.amount)) throw new RangeError(`${String(posting.amount)} cannot be posted`);
    const key = [posting.account, posting.currency, posting.about].join();
    const before = found.get(key)?.amount ?? 0;
    found.set(key, { ...posting, amount: before + posting.amount });
  }
  return [...found.values()];
}

function sums(postings: readonly Posting[]): Map<Currency, bigint> {
  const found = new Map<Currency, bigint>();
  for (const { currency, amount } of postings) found.set(currency, (found.get(currency) ?? 0n) + BigInt(amount));
  return found;
}
