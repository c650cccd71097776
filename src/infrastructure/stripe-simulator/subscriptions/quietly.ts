import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { announceChange, ledgerOf } from './subscription-rows';

/** Does several steps of one change, and tells of them as one. */
export function quietly(ctx: Context, before: Stripe.Subscription, steps: () => void): void {
  ctx.tx.put('subscription_ledgers', { ...ledgerOf(ctx, before.id), announced: false });
  steps();
  ctx.tx.put('subscription_ledgers', { ...ledgerOf(ctx, before.id), announced: true });
  announceChange(ctx, before);
}
