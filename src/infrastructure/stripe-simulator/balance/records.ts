import type Stripe from 'stripe';

/** The sums of one currency's balance transactions. */
export interface FundsRecord {
  /** The currency. */
  id: string;
  /** What was available when this row was written. */
  available: number;
  /** What becomes available later, and when. */
  coming: readonly Coming[];
}

export interface Coming {
  on: number;
  net: number;
}

/** Which automatic payout took a balance transaction to the bank. */
export interface PaidOutRecord {
  /** The balance transaction's id. */
  id: string;
  payout: string;
}

export interface BalanceTables {
  balance_transactions: Stripe.BalanceTransaction;
  funds: FundsRecord;
  paid_out: PaidOutRecord;
  payouts: Stripe.Payout;
}

export const BALANCE_INDEXES = {
  balance_transactions: ['source'],
  funds: [],
  paid_out: ['payout'],
  payouts: [],
} as const satisfies { readonly [N in keyof BalanceTables]: readonly string[] };

export type BalanceTask =
  'settle_charge' | 'tell_balance' | 'pay_out' | 'submit_payout' | 'finish_payout' | 'return_payout';
