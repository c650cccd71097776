import type { Currency } from '../shared/currency';

/** What a movement at Stripe was about. */
export interface MovementSource {
  /** Of Stripe: `ch_…`, `re_…`, `dp_…`, `po_…`. */
  readonly id: string;
  readonly kind: 'charge' | 'refund' | 'dispute' | 'payout' | 'other';
  readonly charge: string | null;
}

/** One of Stripe's balance transactions, in units of the ledger. */
export interface BalanceMovement {
  /** `txn_…` */
  readonly id: string;
  readonly type: string;
  /** Stripe's reporting category. */
  readonly category: string;
  readonly currency: Currency;
  /** Signed: what came to the balance is positive. `net` is `amount` less `fee`. */
  readonly amount: number;
  readonly fee: number;
  readonly net: number;
  /** Before it was converted, of the same sign; null where nothing was converted. */
  readonly original: { readonly amount: number; readonly currency: Currency } | null;
  readonly source: MovementSource | null;
  /** The payment of ours that it belongs to. */
  readonly paymentId: string | null;
  readonly at: Date;
}
