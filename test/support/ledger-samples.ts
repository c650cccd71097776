import type { BalanceMovement } from '../../src/domain/ledger/balance-movement';
import type { LedgerTransaction, Posting } from '../../src/domain/ledger/ledger-transaction';
import type { SeenMovement } from '../../src/application/ledger/balance-gateway';
import { currency, NOON } from './samples';

export function movement(given: Partial<BalanceMovement> = {}): BalanceMovement {
  const { amount = 5_000, fee = 95 } = given;
  return {
    id: 'txn_1',
    type: 'charge',
    category: 'charge',
    currency: currency('gbp'),
    amount,
    fee,
    net: amount - fee,
    original: null,
    source: { id: 'ch_1', kind: 'charge', charge: 'ch_1' },
    paymentId: 'pay_1',
    at: NOON,
    ...given,
  };
}

export function seenMovement(given: Partial<SeenMovement> = {}): SeenMovement {
  const { amount = 5_000, fee = 95 } = given;
  return {
    id: 'txn_1',
    type: 'charge',
    category: 'charge',
    currency: 'gbp',
    amount,
    fee,
    net: amount - fee,
    exchangeRate: null,
    original: null,
    source: { id: 'ch_1', kind: 'charge', charge: 'ch_1' },
    paymentIntent: null,
    namedPayment: null,
    payout: null,
    at: NOON,
    availableAt: NOON,
    ...given,
  };
}

/** What was posted by account and currency, without what sums to zero. */
export function heldAfter(transactions: readonly (LedgerTransaction | null)[]): Record<string, number> {
  const held = new Map<string, number>();
  for (const { account, currency: code, amount } of postingsOf(transactions)) {
    held.set(`${account} ${code}`, (held.get(`${account} ${code}`) ?? 0) + amount);
  }
  return Object.fromEntries([...held].filter(([, amount]) => amount !== 0));
}

export function postingsOf(transactions: readonly (LedgerTransaction | null)[]): Posting[] {
  return transactions.flatMap((transaction) => transaction?.postings ?? []);
}
