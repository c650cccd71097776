import type { Currency } from '../shared/currency';
import type { LedgerFact } from '../shared/ledger-fact';
import { Money } from '../shared/money';

/** A payout as Stripe shows it. */
export interface SeenPayout {
  /** `po_…` */
  readonly id: string;
  readonly status: string;
  /** Negative where Stripe collects a debt. */
  readonly amount: number;
  readonly currency: Currency;
  readonly createdAt: Date;
  /** The day on which it is due at the bank. */
  readonly arrivalAt: Date;
}

/** While it stands like this, it has still to come to the bank. */
export const OPEN_PAYOUT_STATUSES: readonly string[] = ['pending', 'in_transit'];

/**
 * What a payout's change means for the bank. One that fails before it arrived never was there: only Stripe's balance
 * tells of it. @param before its status when it was seen last; null when it is seen for the first time.
 */
export function payoutFact(payout: SeenPayout, before: string | null, now: Date): LedgerFact | null {
  const { id, status, amount, currency, createdAt, arrivalAt } = payout;
  const arrived = status === 'paid' && before !== 'paid';
  const returned = status === 'failed' && before === 'paid' && amount > 0;
  if ((!arrived && !returned) || amount === 0) return null;
  const due = Math.min(Math.max(arrivalAt.getTime(), createdAt.getTime()), now.getTime());
  const came = amount > 0 ? 'payout_arrived' : 'payout_collected';
  return {
    kind: arrived ? came : 'payout_returned',
    subject: id,
    paymentId: null,
    amount: Money.of(Math.abs(amount), currency),
    at: arrived ? new Date(due) : now,
    cause: `payout:${id}`,
  };
}
