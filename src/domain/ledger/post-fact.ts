import type { LedgerFact, LedgerFactKind } from '../shared/ledger-fact';
import type { Account } from './account';
import { ledgerScale } from './ledger-units';
import { transactionOf, type LedgerTransaction } from './ledger-transaction';

interface FactRule {
  readonly debit: Account;
  readonly credit: Account;
  readonly reverses?: LedgerFactKind;
  /** Whether it is told of money that may be somebody else's, and then stands in suspense as a whole. */
  readonly ofPayments: boolean;
}

const RULES: Readonly<Record<LedgerFactKind, FactRule>> = {
  charge_succeeded: { debit: 'unsettled', credit: 'customer_control', ofPayments: true },
  refund_succeeded: { debit: 'customer_control', credit: 'unsettled', ofPayments: true },
  refund_reversed: {
    debit: 'unsettled',
    credit: 'customer_control',
    reverses: 'refund_succeeded',
    ofPayments: true,
  },
  dispute_lost: { debit: 'chargeback_loss', credit: 'disputes_held', ofPayments: true },
  dispute_loss_returned: { debit: 'disputes_held', credit: 'chargeback_loss', ofPayments: true },
  payout_arrived: { debit: 'bank', credit: 'payouts_in_transit', ofPayments: false },
  payout_returned: { debit: 'payouts_in_transit', credit: 'bank', reverses: 'payout_arrived', ofPayments: false },
  payout_collected: { debit: 'payouts_in_transit', credit: 'bank', ofPayments: false },
};

/** @returns null for what concerns no payment of ours: what Stripe moved for it stands in suspense. */
export function postFact(fact: LedgerFact): LedgerTransaction | null {
  const { kind, subject, paymentId, amount, at, cause } = fact;
  const { debit, credit, reverses, ofPayments } = RULES[kind];
  if (ofPayments && paymentId === null) return null;
  const { currency } = amount;
  const moved = amount.amount * ledgerScale(currency);
  const about = (account: Account): string | null => {
    if (account === 'customer_control' || account === 'unsettled') return paymentId;
    return account === 'bank' ? null : wholeOf(subject);
  };
  return transactionOf({
    ...{ kind, source: subject, subject, paymentId, effectiveAt: at, cause, note: null },
    reverses: reverses === undefined ? null : { subject, kind: reverses },
    postings: [
      { account: debit, currency, amount: moved, about: about(debit) },
      { account: credit, currency, amount: -moved, about: about(credit) },
    ],
  });
}

/** What is told of a dispute a second time has `du_…/2` for its subject. */
function wholeOf(subject: string): string {
  return subject.replace(/\/\d+$/, '');
}
