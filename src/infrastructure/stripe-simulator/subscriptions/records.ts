import type Stripe from 'stripe';

export interface SubscriptionTables {
  subscriptions: Stripe.Subscription;
  subscription_items: Stripe.SubscriptionItem;
  test_clocks: Stripe.TestHelpers.TestClock;
}

export const SUBSCRIPTION_INDEXES = {
  subscriptions: ['customer'],
  subscription_items: ['subscription'],
  test_clocks: [],
} as const satisfies { readonly [N in keyof SubscriptionTables]: readonly string[] };

export type SubscriptionTask = 'subscription_turn' | 'retry_invoice' | 'advance_test_clock';
