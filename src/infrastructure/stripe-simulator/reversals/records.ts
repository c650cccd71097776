import type Stripe from 'stripe';

export interface ReversalTables {
  refunds: Stripe.Refund;
  disputes: Stripe.Dispute;
  files: Stripe.File;
}

export const REVERSAL_INDEXES = {
  refunds: ['charge', 'payment_intent'],
  disputes: ['charge', 'payment_intent'],
  files: [],
} as const satisfies { readonly [N in keyof ReversalTables]: readonly string[] };

export type ReversalTask =
  | 'expire_refund'
  | 'finish_refund'
  | 'fail_refund'
  | 'know_reference'
  | 'open_dispute'
  | 'decide_dispute'
  | 'expire_dispute';
