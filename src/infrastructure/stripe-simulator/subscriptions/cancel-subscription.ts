import type Stripe from 'stripe';
import type { NewInvoice } from '../billing/invoice-draft';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { resourceMissing } from '../core/errors';
import { hasEnded, periodOf } from './cadence';
import { billNow } from './bill-now';
import { withDetails } from './described';
import { cancelNow } from './end-subscription';
import { invoiceFor } from './new-invoice';
import { creditUnused, dropProrations, waitingProrations, type PendingItem } from './prorations';
import type { CancelSubscriptionParams } from './subscription-params';
import { findSubscription, itemsOf, ledgerOf, storeSubscription } from './subscription-rows';

type Subscription = Stripe.Subscription;

export function cancelSubscription(ctx: Context, before: Subscription, params: CancelSubscriptionParams): Subscription {
  if (hasEnded(before)) throw resourceMissing('subscription', before.id, 'id');
  const asked = { ...before, cancellation_details: withDetails(before, params.cancellation_details) };
  storeSubscription(ctx, asked, itemsOf(ctx, before.id));
  settle(ctx, asked, params);
  cancelNow(ctx, findSubscription(ctx, before.id), 'cancellation_requested');
  return findSubscription(ctx, before.id);
}

function settle(ctx: Context, subscription: Subscription, params: CancelSubscriptionParams): void {
  if (params.prorate === true) {
    for (const item of creditRest(ctx, subscription)) emit(ctx, 'invoiceitem.created', item);
  }
  if (params.invoice_now === true) {
    const spec = finalInvoice(ctx, subscription);
    if (spec !== null) billNow(ctx, spec, { behavior: 'allow_incomplete', offSession: true });
  } else if (params.prorate !== true) {
    dropProrations(ctx, subscription);
  }
}

/** Gives back the rest of the period; announces nothing, as a preview does the same. */
export function creditRest(ctx: Context, subscription: Subscription): PendingItem[] {
  const now = ctx.clock.now();
  if (subscription.status === 'trialing' || periodOf(subscription).end <= now) return [];
  const { debits } = ledgerOf(ctx, subscription.id);
  const pending = itemsOf(ctx, subscription.id).flatMap(
    (item) => creditUnused(ctx, subscription, item, debits[item.id] ?? [], now).pending,
  );
  for (const row of pending) ctx.tx.put('invoice_items', row);
  return pending;
}

/** All that still waits for the subscription, if anything does. */
export function finalInvoice(ctx: Context, subscription: Subscription): NewInvoice | null {
  if (waitingProrations(ctx, subscription).length === 0) return null;
  const now = ctx.clock.now();
  return invoiceFor(subscription, {
    billingReason: 'subscription_update',
    lines: [],
    period: { start: now, end: now },
    autoAdvance: true,
  });
}
