import type Stripe from 'stripe';
import type { NewInvoice } from '../billing/invoice-draft';
import type { Context } from '../core/context';
import { invalidRequest } from '../core/errors';
import { cadenceOfPrice, periodOf } from './cadence';
import { changedItems, type ItemChange } from './item-changes';
import { invoiceFor } from './new-invoice';
import { chargePeriod, fullAmount } from './period-lines';
import { checkedTrialEnd } from './first-cycle';
import { periodAround, type Period } from './periods';
import { chargeRemaining, creditUnused, type PendingItem, type Prorated } from './prorations';
import type { Debit } from './records';
import { itemsOf, ledgerOf, storeSubscription } from './subscription-rows';

type Subscription = Stripe.Subscription;
type Item = Stripe.SubscriptionItem;

export type ProrationBehavior = 'always_invoice' | 'create_prorations' | 'none';

/** A change of what is billed, or when. */
export interface Change {
  items: readonly ItemChange[];
  proration: ProrationBehavior;
  /** As if it were done then; null is now. */
  prorationDate: number | null;
  anchor: 'now' | 'unchanged';
  trialEnd: number | 'now' | null;
}

export interface Applied {
  subscription: Subscription;
  /** Prorations that now wait for an invoice. */
  pending: PendingItem[];
  /** What is to be billed at once. */
  invoice: NewInvoice | null;
}

/** When the subscription is billed after the change. */
interface Cycle {
  kind: 'kept' | 'restarted';
  period: Period;
  fields: Partial<Subscription>;
}

/** Stores the change and its prorations; announces nothing, so that a preview can do the same and throw it away. */
export function applyChange(ctx: Context, before: Subscription, change: Change): Applied {
  const old = itemsOf(ctx, before.id);
  const now = ctx.clock.now();
  const next = changedItems(ctx, before.id, old, change.items, periodOf(before));
  checkCurrency(before, next);
  const cycle = nextCycle(ctx, before, old, next, change, now);
  const at = prorationTime(before, change, now);
  const subscription: Subscription = { ...before, ...cycle.fields };
  if (cycle.kind === 'kept') return keepCycle(ctx, before, subscription, { old, next, at }, change);
  const items = next.map((item) => ({
    ...item,
    current_period_start: cycle.period.start,
    current_period_end: cycle.period.end,
  }));
  const isCredited = before.status !== 'trialing' && change.proration !== 'none';
  const pending = isCredited
    ? old.flatMap((item) => creditUnused(ctx, before, item, debitsOf(ctx, before, item), at).pending)
    : [];
  for (const row of pending) ctx.tx.put('invoice_items', row);
  const { lines, debits } = chargePeriod(ctx, subscription, items, cycle.period);
  ctx.tx.put('subscription_ledgers', { ...ledgerOf(ctx, before.id), debits });
  const stored = storeSubscription(ctx, subscription, items);
  const isLongerTrial = before.status === 'trialing' && stored.status === 'trialing';
  return {
    subscription: stored,
    pending,
    invoice: isLongerTrial ? null : invoiceNow(stored, lines, { start: now, end: now }),
  };
}

function keepCycle(
  ctx: Context,
  before: Subscription,
  subscription: Subscription,
  { old, next, at }: { old: readonly Item[]; next: readonly Item[]; at: number },
  change: Change,
): Applied {
  const isProrated = before.status !== 'trialing' && change.proration !== 'none' && at < periodOf(before).end;
  const ledger = ledgerOf(ctx, before.id);
  const debits: Record<string, readonly Debit[]> = { ...ledger.debits };
  const pending: PendingItem[] = [];
  for (const difference of isProrated ? differences(old, next) : []) {
    const prorated = prorate(ctx, before, subscription, difference, debits[difference.id] ?? [], at);
    debits[difference.id] = prorated.debits;
    pending.push(...prorated.pending);
  }
  for (const row of pending) ctx.tx.put('invoice_items', row);
  ctx.tx.put('subscription_ledgers', { ...ledger, debits });
  const stored = storeSubscription(ctx, subscription, next);
  const now = ctx.clock.now();
  const isBilled = change.proration === 'always_invoice' && pending.length > 0;
  return { subscription: stored, pending, invoice: isBilled ? invoiceNow(stored, [], { start: now, end: now }) : null };
}

/** A credit for what the item was, and a charge for what it is. */
function prorate(
  ctx: Context,
  before: Subscription,
  after: Subscription,
  { was, is }: Difference,
  debits: readonly Debit[],
  at: number,
): Prorated {
  const parts: Prorated[] = [];
  if (was !== null) parts.push(creditUnused(ctx, before, was, debits, at));
  if (is !== null) parts.push(chargeRemaining(ctx, after, is, at));
  return { pending: parts.flatMap(({ pending }) => pending), debits: parts.flatMap((part) => part.debits) };
}

function invoiceNow(subscription: Subscription, lines: NewInvoice['lines'], period: Period): NewInvoice {
  return invoiceFor(subscription, { billingReason: 'subscription_update', lines, period, autoAdvance: true });
}

function debitsOf(ctx: Context, subscription: Subscription, item: Item): readonly Debit[] {
  return ledgerOf(ctx, subscription.id).debits[item.id] ?? [];
}

interface Difference {
  id: string;
  was: Item | null;
  is: Item | null;
}

/** The items whose price or number is another than before. */
function differences(before: readonly Item[], after: readonly Item[]): Difference[] {
  const changed = before.flatMap((was): Difference[] => {
    const is = after.find(({ id }) => id === was.id) ?? null;
    return is?.price.id === was.price.id && is.quantity === was.quantity ? [] : [{ id: was.id, was, is }];
  });
  const added = after.filter(({ id }) => !before.some((item) => item.id === id));
  return [...changed, ...added.map((is) => ({ id: is.id, was: null, is }))];
}

function checkCurrency({ currency }: Subscription, items: readonly Item[]): void {
  const other = items.find(({ price }) => price.currency !== currency)?.price.currency;
  if (other === undefined) return;
  throw invalidRequest(
    `The price specified only supports \`${other}\`. This doesn't match the expected currency: \`${currency}\`.`,
    { param: 'items' },
  );
}

function prorationTime(subscription: Subscription, change: Change, now: number): number {
  const at = change.prorationDate ?? now;
  const { start, end } = periodOf(subscription);
  if (at >= start && at <= end) return at;
  throw invalidRequest('Cannot specify `proration_date` outside of current billing period.', {
    param: 'proration_date',
  });
}

function nextCycle(
  ctx: Context,
  before: Subscription,
  old: readonly Item[],
  next: readonly Item[],
  change: Change,
  now: number,
): Cycle {
  const trialing = before.status === 'trialing';
  if (typeof change.trialEnd === 'number') return trialUntil(before, change.trialEnd, now);
  const endsTrial = trialing && (change.trialEnd === 'now' || change.anchor === 'now');
  if (endsTrial) return restart(before, next, now, { status: 'active', trial_end: now });
  if (!trialing && (change.anchor === 'now' || hasNewRhythm(old, next) || becomesPaid(ctx, old, next))) {
    return restart(before, next, now, {});
  }
  return { kind: 'kept', period: periodOf(before), fields: {} };
}

function trialUntil(before: Subscription, end: number, now: number): Cycle {
  if (end <= now)
    throw invalidRequest('Invalid timestamp: must be an integer Unix timestamp in the future.', { param: 'trial_end' });
  checkedTrialEnd(end, now);
  const trialing = before.status === 'trialing';
  return {
    kind: 'restarted',
    period: { start: trialing ? periodOf(before).start : now, end },
    fields: {
      billing_cycle_anchor: end,
      billing_cycle_anchor_config: null,
      status: 'trialing',
      trial_start: trialing ? before.trial_start : now,
      trial_end: end,
      ...movedEnd(before, end),
    },
  };
}

function restart(before: Subscription, items: readonly Item[], now: number, fields: Partial<Subscription>): Cycle {
  const [item] = items;
  if (item === undefined) throw new Error('a subscription without items');
  const period = periodAround(now, now, cadenceOfPrice(item.price));
  return {
    kind: 'restarted',
    period,
    fields: {
      ...fields,
      billing_cycle_anchor: now,
      billing_cycle_anchor_config: null,
      ...movedEnd(before, period.end),
    },
  };
}

/** A subscription that ends with its period ends with the new one. */
function movedEnd(subscription: Subscription, end: number): Partial<Subscription> {
  return subscription.cancel_at_period_end ? { cancel_at: end } : {};
}

function hasNewRhythm([old]: readonly Item[], [next]: readonly Item[]): boolean {
  if (old === undefined || next === undefined) return false;
  const [was, is] = [cadenceOfPrice(old.price), cadenceOfPrice(next.price)];
  return was.interval !== is.interval || was.count !== is.count;
}

function becomesPaid(ctx: Context, old: readonly Item[], next: readonly Item[]): boolean {
  const cost = (items: readonly Item[]): number => items.reduce((sum, item) => sum + fullAmount(ctx, item), 0);
  return cost(old) === 0 && cost(next) > 0;
}
