import type Stripe from 'stripe';
import type { Context } from '../core/context';
import type { ProrationBehavior } from './apply-change';
import { cadenceOf, periodOf } from './cadence';
import { periodAround } from './periods';
import { chargeRemaining, creditUnused, type PendingItem } from './prorations';
import type { Debit } from './records';
import { itemsOf, ledgerOf, storeSubscription } from './subscription-rows';

type Subscription = Stripe.Subscription;

/** The current period ends with the subscription, and is whole again when the subscription goes on. */
export function moveEnd(ctx: Context, subscription: Subscription, proration: ProrationBehavior): PendingItem[] {
  const current = periodOf(subscription);
  const end = endOf(subscription);
  if (end === current.end || subscription.status === 'trialing') return [];
  const ledger = ledgerOf(ctx, subscription.id);
  const debits: Record<string, readonly Debit[]> = { ...ledger.debits };
  const pending: PendingItem[] = [];
  const items = itemsOf(ctx, subscription.id).map((item) => {
    const moved = { ...item, current_period_end: end };
    const before = debits[item.id] ?? [];
    if (proration === 'none') return moved;
    const isShorter = end < current.end;
    const prorated = isShorter
      ? creditUnused(ctx, subscription, item, before, end)
      : chargeRemaining(ctx, subscription, moved, current.end);
    debits[item.id] = isShorter ? prorated.debits : [...before, ...prorated.debits];
    pending.push(...prorated.pending);
    return moved;
  });
  for (const row of pending) ctx.tx.put('invoice_items', row);
  ctx.tx.put('subscription_ledgers', { ...ledger, debits });
  storeSubscription(ctx, subscription, items);
  return pending;
}

function endOf(subscription: Subscription): number {
  const { start, end: present } = periodOf(subscription);
  const { end } = periodAround(start, subscription.billing_cycle_anchor, cadenceOf(subscription));
  const { cancel_at: cancelAt, cancel_at_period_end: atEnd } = subscription;
  if (atEnd) return present;
  return cancelAt !== null && cancelAt < end ? cancelAt : end;
}
