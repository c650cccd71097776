import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { resourceMissing } from '../core/errors';
import { sublist } from '../core/lists';
import { schedule, unschedule } from '../core/schedule';
import { hasEnded } from './cadence';
import { nextTurn } from './next-turn';
import type { SubscriptionLedgerRecord } from './records';

type Subscription = Stripe.Subscription;
type Item = Stripe.SubscriptionItem;

export function findSubscription(ctx: Context, id: string, param = 'id', status: 400 | 404 = 404): Subscription {
  const found = ctx.tx.get('subscriptions', id);
  if (found === undefined) throw resourceMissing('subscription', id, param, status);
  return found;
}

export function itemsOf(ctx: Context, subscription: string): Item[] {
  return ctx.tx.where('subscription_items', 'subscription', subscription);
}

export function ledgerOf(ctx: Context, subscription: string): SubscriptionLedgerRecord {
  return ctx.tx.get('subscription_ledgers', subscription) ?? { id: subscription, announced: false, debits: {} };
}

/** Stores it with the items given, which replace those it had, and sets when it next turns. */
export function storeSubscription(ctx: Context, subscription: Subscription, items: readonly Item[]): Subscription {
  const kept = new Set(items.map(({ id }) => id));
  for (const item of itemsOf(ctx, subscription.id)) {
    if (!kept.has(item.id)) ctx.tx.delete('subscription_items', item.id);
  }
  for (const item of items) ctx.tx.put('subscription_items', item);
  const url = `/v1/subscription_items?subscription=${subscription.id}`;
  const stored: Subscription = { ...subscription, items: sublist(items, url) };
  ctx.tx.put('subscriptions', stored);
  setNextTurn(ctx, stored);
  return stored;
}

/** A turn that is due, but has not been taken yet, is left to be taken. */
function setNextTurn(ctx: Context, subscription: Subscription): void {
  const isDue = ctx.tx
    .where('tasks', 'object', subscription.id)
    .some(({ dueMs, kind }) => kind === 'subscription_turn' && dueMs <= ctx.clock.nowMs());
  if (isDue && !hasEnded(subscription) && subscription.status !== 'paused') return;
  const next =
    subscription.status === 'paused'
      ? (ledgerOf(ctx, subscription.id).resumeBy ?? null)
      : nextTurn(subscription, ctx.clock.now(), ctx.settings.upcomingInvoiceDays);
  unschedule(ctx, 'subscription_turn', subscription.id);
  if (next !== null) schedule(ctx, 'subscription_turn', subscription.id, next * 1000);
}

/** Tells what became different since `before`, once the subscription itself has been told. */
export function announceChange(ctx: Context, before: Subscription): Subscription {
  const after = findSubscription(ctx, before.id);
  if (!ledgerOf(ctx, after.id).announced) return after;
  const previous = previousAttributes(before, after);
  if (Object.keys(previous).length > 0) emit(ctx, 'customer.subscription.updated', after, previous);
  return after;
}

/** A change that needs nothing else. */
export function changeSubscription(ctx: Context, before: Subscription, change: Partial<Subscription>): Subscription {
  storeSubscription(ctx, { ...before, ...change }, itemsOf(ctx, before.id));
  return announceChange(ctx, before);
}
