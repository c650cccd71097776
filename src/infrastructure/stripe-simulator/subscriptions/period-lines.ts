import type Stripe from 'stripe';
import type { Context } from '../core/context';
import type { NewLine } from '../billing/invoice-lines';
import { priceAmount } from '../billing/price-amount';
import { netAmounts } from './amounts';
import { cadenceWithin } from './cadence';
import { partialDescription, regularDescription, trialDescription } from './descriptions';
import { periodAround, proportion, type Period } from './periods';
import type { Debit } from './records';

type Subscription = Stripe.Subscription;
type Item = Stripe.SubscriptionItem;

interface PeriodCharge {
  lines: NewLine[];
  /** What each item was asked for the period, by its id. */
  debits: Record<string, Debit[]>;
}

/** What the items cost in a period; less than a whole one costs its share, and a trial nothing. */
export function chargePeriod(
  ctx: Context,
  subscription: Subscription,
  items: readonly Item[],
  period: Period,
): PeriodCharge {
  const trial = subscription.status === 'trialing';
  const amounts = items.map((item) => (trial ? 0 : periodAmount(ctx, subscription, item, period)));
  const nets = netAmounts(ctx, subscription, items, amounts);
  return {
    lines: items.map((item, at) => periodLine(ctx, subscription, item, period, amounts[at] ?? 0)),
    debits: Object.fromEntries(items.map((item, at) => [item.id, [{ ...period, amount: nets[at] ?? 0 }]])),
  };
}

/** The whole period that this one is, or is the rest of. */
export function wholePeriod(subscription: Subscription, item: Item, start: number): Period {
  return periodAround(start, subscription.billing_cycle_anchor, cadenceWithin(subscription, item.price));
}

export function fullAmount(ctx: Context, item: Pick<Item, 'price' | 'quantity'>): number {
  return priceAmount(ctx, item.price, item.quantity ?? 1);
}

function periodAmount(ctx: Context, subscription: Subscription, item: Item, period: Period): number {
  return proportion(fullAmount(ctx, item), period, wholePeriod(subscription, item, period.start));
}

function periodLine(ctx: Context, subscription: Subscription, item: Item, period: Period, amount: number): NewLine {
  const whole = wholePeriod(subscription, item, period.start);
  const isPart = whole.start !== period.start || whole.end !== period.end;
  const trial = subscription.status === 'trialing';
  return {
    amount,
    description: trial
      ? trialDescription(ctx, item)
      : isPart
        ? partialDescription(ctx, item, period)
        : regularDescription(ctx, item),
    discountable: true,
    period,
    price: item.price.id,
    quantity: item.quantity ?? null,
    unitAmountDecimal: trial ? '0' : null,
    proration: false,
    subscription: subscription.id,
    subscriptionItem: item.id,
    taxRates: (item.tax_rates ?? []).map(({ id }) => id),
    metadata: item.metadata,
    discounts: item.discounts.flatMap((discount) => (typeof discount === 'string' ? discount : discount.id)),
  };
}
