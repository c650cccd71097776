import type Stripe from 'stripe';

export interface BalanceTables {
  balance_transactions: Stripe.BalanceTransaction;
  payouts: Stripe.Payout;
}

export const BALANCE_INDEXES = {
  balance_transactions: ['source'],
  payouts: [],
} as const satisfies { readonly [N in keyof BalanceTables]: readonly string[] };

export type BalanceTask = 'settle_charge' | 'pay_out' | 'finish_payout';
