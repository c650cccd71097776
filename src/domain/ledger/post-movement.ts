import type { Account } from './account';
import type { BalanceMovement } from './balance-movement';
import type { CurrencyPositions } from './currency-positions';
import { transactionOf, type LedgerTransaction, type Posting } from './ledger-transaction';

/** What a movement of one of Stripe's reporting categories is posted against. */
const COUNTERPARTS: ReadonlyMap<string, Account> = new Map([
  ['charge', 'unsettled'],
  ['charge_failure', 'unsettled'],
  // What was authorised and not captured: Stripe takes it to the balance and back again.
  ['partial_capture_reversal', 'unsettled'],
  ['refund', 'unsettled'],
  ['refund_failure', 'unsettled'],
  ['dispute', 'disputes_held'],
  ['dispute_reversal', 'disputes_held'],
  ['payout', 'payouts_in_transit'],
  ['payout_reversal', 'payouts_in_transit'],
  ['fee', 'stripe_fees'],
  ['network_cost', 'stripe_fees'],
  ['tax', 'stripe_fees'],
]);

const REVERSED: Readonly<Record<string, string>> = {
  refund_failure: 'refund',
  dispute_reversal: 'dispute',
  payout_reversal: 'payout',
};

/**
 * Posts a movement of Stripe's balance: its net to the balance, its fee to the fees, and the whole amount against what
 * it settles. @returns null when it moved nothing.
 */
export function postMovement(movement: BalanceMovement, positions: CurrencyPositions): LedgerTransaction | null {
  const { id, category, source, currency, net, fee, paymentId, at } = movement;
  const counterpart = counterpartOf(movement);
  const subject = source?.id ?? id;
  const taken = counterpart.note === null ? REVERSED[category] : undefined;
  return transactionOf({
    kind: category,
    source: id,
    subject,
    paymentId,
    effectiveAt: at,
    cause: `balance_transaction:${id}`,
    note: counterpart.note,
    reverses: taken === undefined ? null : { subject, kind: taken },
    postings: [
      { account: 'stripe_balance', currency, amount: net, about: null },
      { account: feesOf(movement), currency, amount: fee, about: null },
      ...against(counterpart, movement, positions),
    ],
  });
}

interface Counterpart {
  readonly account: Account;
  readonly about: string | null;
  /** Why it stands in suspense. */
  readonly note: string | null;
}

function counterpartOf({ id, category, type, source, paymentId }: BalanceMovement): Counterpart {
  const account = COUNTERPARTS.get(category);
  const of = source?.id ?? id;
  const suspense = (note: string): Counterpart => ({ account: 'suspense', about: of, note });
  if (account === undefined) return suspense(`Cashdesk does not post ${category} (${type}).`);
  if (account === 'stripe_fees')
    return { account: source?.kind === 'dispute' ? 'dispute_fees' : account, about: null, note: null };
  if (account === 'payouts_in_transit') return { account, about: of, note: null };
  if (paymentId === null) return suspense(`${of} belongs to no payment of Cashdesk.`);
  return { account, about: account === 'unsettled' ? paymentId : of, note: null };
}

function feesOf({ source }: BalanceMovement): Account {
  return source?.kind === 'dispute' ? 'dispute_fees' : 'stripe_fees';
}

function against({ account, about }: Counterpart, movement: BalanceMovement, positions: CurrencyPositions): Posting[] {
  const { currency, amount, original, paymentId } = movement;
  if (original === null || original.currency === currency || account !== 'unsettled' || paymentId === null) {
    return [{ account, currency, amount: -amount, about }];
  }
  const { currency: from, amount: taken } = original;
  const { position, result } = positions.take({ payment: paymentId, from, to: currency, taken, given: -amount });
  return [
    { account, currency: from, amount: -taken, about },
    { account: 'currency_position', currency: from, amount: taken, about: paymentId },
    { account: 'currency_position', currency, amount: position, about: paymentId },
    { account: 'fx_result', currency, amount: result, about: null },
  ];
}
