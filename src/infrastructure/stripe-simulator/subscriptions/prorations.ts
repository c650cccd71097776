import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { newId } from '../core/ids';
import { decimal } from '../billing/decimals';
import { idOf } from '../core/references';
import { netAmounts } from './amounts';
import { remainingDescription, unusedDescription } from './descriptions';
import { fullAmount, wholePeriod } from './period-lines';
import { proportion, type Period } from './periods';
import type { Debit } from './records';

type Subscription = Stripe.Subscription;
type Item = Stripe.SubscriptionItem;

/** A line that waits for the next invoice of the subscription, like any item of an invoice. */
export type PendingItem = Stripe.InvoiceItem;

interface Share {
  amount: number;
  description: string;
  period: Period;
}

/** What a change gives back or asks for, and what of the item's time has been asked for after it. */
export interface Prorated {
  pending: PendingItem[];
  debits: Debit[];
}

/** Gives back what was asked for the time of an item that will not be used. */
export function creditUnused(
  ctx: Context,
  subscription: Subscription,
  item: Item,
  debits: readonly Debit[],
  at: number,
): Prorated {
  const description = unusedDescription(ctx, item, at);
  const end = item.current_period_end;
  if (subscription.billing_mode.type === 'classic') {
    const [net = 0] = netAmounts(ctx, subscription, [item], [fullAmount(ctx, item)]);
    const period = { start: at, end };
    const whole = wholePeriod(subscription, item, item.current_period_start);
    return {
      pending: pendingItem(ctx, subscription, item, { amount: -proportion(net, period, whole), description, period }),
      debits: [],
    };
  }
  // The flexible way gives back shares of what was really asked, each for itself.
  const shares = debits.map((debit): Share & { debit: Debit } => {
    const period = { start: Math.max(debit.start, at), end: debit.end };
    return { debit, amount: -proportion(debit.amount, period, debit), description, period };
  });
  return {
    pending: shares.flatMap((share) => pendingItem(ctx, subscription, item, share)),
    debits: shares.flatMap(({ debit, amount, period }) =>
      period.start > debit.start ? [{ start: debit.start, end: at, amount: debit.amount + amount }] : [],
    ),
  };
}

/** Asks for the rest of the period at the item's present price and quantity. */
export function chargeRemaining(ctx: Context, subscription: Subscription, item: Item, at: number): Prorated {
  const period = { start: at, end: item.current_period_end };
  const whole = wholePeriod(subscription, item, item.current_period_start);
  const [net = 0] = netAmounts(ctx, subscription, [item], [fullAmount(ctx, item)]);
  const amount = proportion(net, period, whole);
  const share = { amount, description: remainingDescription(ctx, item, at), period };
  return { pending: pendingItem(ctx, subscription, item, share), debits: [{ ...period, amount }] };
}

function pendingItem(ctx: Context, subscription: Subscription, item: Item, share: Share): PendingItem[] {
  const { amount, description, period } = share;
  if (amount === 0) return [];
  const quantity = item.quantity ?? 1;
  const now = ctx.clock.now();
  const row: PendingItem = {
    id: newId('ii'),
    object: 'invoiceitem',
    amount,
    currency: subscription.currency,
    customer: idOf(subscription.customer) ?? '',
    customer_account: null,
    date: now,
    description,
    discountable: false,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: item.metadata,
    net_amount: amount,
    parent: {
      subscription_details: { subscription: subscription.id, subscription_item: item.id },
      type: 'subscription_details',
    },
    period,
    pricing: {
      price_details: { price: item.price.id, product: idOf(item.price.product) ?? '' },
      type: 'price_details',
      unit_amount_decimal: item.price.unit_amount_decimal,
    },
    proration: true,
    proration_details: { credited_items: null, discount_amounts: [] },
    quantity,
    quantity_decimal: decimal(String(quantity)),
    tax_rates: item.tax_rates,
    test_clock: subscription.test_clock,
  };
  return [row];
}

/** What waits for the next invoice of that subscription. */
export function waitingProrations(ctx: Context, subscription: Subscription): PendingItem[] {
  return ctx.tx
    .where('invoice_items', 'customer', idOf(subscription.customer) ?? '')
    .filter((item) => item.invoice === null && item.parent?.subscription_details?.subscription === subscription.id);
}

export function dropProrations(ctx: Context, subscription: Subscription): void {
  for (const item of waitingProrations(ctx, subscription)) {
    if (!item.proration) continue;
    ctx.tx.delete('invoice_items', item.id);
    emit(ctx, 'invoiceitem.deleted', item);
  }
}
