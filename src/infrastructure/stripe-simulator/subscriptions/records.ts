import type Stripe from 'stripe';

/** What was asked for a stretch of an item's time, and is what it gives back when it is not used. */
export interface Debit {
  start: number;
  end: number;
  amount: number;
}

/** What Stripe knows of a subscription beyond the object that it shows. */
export interface SubscriptionLedgerRecord {
  /** The subscription's id. */
  id: string;
  /** Whether its making has been told; until then nothing else is told of it. */
  announced: boolean;
  debits: Readonly<Record<string, readonly Debit[]>>;
  /** Until when it is paused and waits for the payment of what resuming costs, in seconds. */
  resumeBy?: number | null;
}

export interface SubscriptionTables {
  subscriptions: Stripe.Subscription;
  subscription_items: Stripe.SubscriptionItem;
  subscription_ledgers: SubscriptionLedgerRecord;
  test_clocks: Stripe.TestHelpers.TestClock;
}

export const SUBSCRIPTION_INDEXES = {
  subscriptions: ['customer', 'pending_setup_intent', 'test_clock'],
  subscription_items: ['subscription'],
  subscription_ledgers: [],
  test_clocks: [],
} as const satisfies { readonly [N in keyof SubscriptionTables]: readonly string[] };

export type SubscriptionTask = 'advance_test_clock' | 'expire_test_clock' | 'retry_invoice' | 'subscription_turn';
