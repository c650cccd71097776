import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest } from '../core/errors';
import { newId } from '../core/ids';
import { mergeMetadata, type MetadataChange } from '../core/schema';
import { planOf } from './plan';
import type { Period } from './periods';

type Item = Stripe.SubscriptionItem;

/** What is asked of one item; without an id it is a new one. What is undefined stays. */
export interface ItemChange {
  id?: string;
  price?: Stripe.Price;
  quantity?: number;
  deleted?: boolean;
  metadata?: MetadataChange;
  taxRates?: Stripe.TaxRate[];
  discounts?: string[];
}

const MOST_ITEMS = 20;

/** The items after the change, in their order, the new ones last. */
export function changedItems(
  ctx: Context,
  subscription: string,
  before: readonly Item[],
  changes: readonly ItemChange[],
  period: Period,
): Item[] {
  for (const { id } of changes) {
    if (id !== undefined && !before.some((item) => item.id === id)) {
      throw invalidRequest(`Invalid subscription item ID: ${id}`, { param: 'items' });
    }
  }
  const kept = before.flatMap((item) => {
    const change = changes.find(({ id }) => id === item.id);
    if (change === undefined) return item;
    return change.deleted === true ? [] : changedItem(item, change);
  });
  const added = changes.filter(({ id }) => id === undefined);
  const items = [...kept, ...added.map((change) => newItem(ctx, subscription, change, period))];
  checkItems(items);
  return items;
}

function changedItem(item: Item, change: ItemChange): Item {
  const { price = item.price } = change;
  return {
    ...item,
    price,
    plan: planOf(price),
    quantity: change.quantity ?? item.quantity ?? 1,
    metadata: change.metadata === undefined ? item.metadata : mergeMetadata(item.metadata, change.metadata),
    tax_rates: change.taxRates ?? item.tax_rates,
    discounts: change.discounts ?? item.discounts,
  };
}

function newItem(ctx: Context, subscription: string, change: ItemChange, period: Period): Item {
  const { price } = change;
  if (price === undefined) {
    throw invalidRequest('A new subscription item needs a price: pass `price` or `price_data`.', {
      code: 'parameter_missing',
      param: 'items',
    });
  }
  return {
    id: newId('si'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: ctx.clock.now(),
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: change.discounts ?? [],
    metadata: mergeMetadata({}, change.metadata ?? null),
    plan: planOf(price),
    price,
    quantity: change.quantity ?? 1,
    subscription,
    tax_rates: change.taxRates ?? [],
  };
}

function checkItems(items: readonly Item[]): void {
  const [first] = items;
  if (first === undefined) {
    throw invalidRequest('A subscription must have at least one active plan. To cancel it, delete the subscription.', {
      param: 'items',
    });
  }
  if (items.length > MOST_ITEMS) {
    throw invalidRequest(`A subscription can have at most ${String(MOST_ITEMS)} items.`, { param: 'items' });
  }
  const seen = new Set<string>();
  for (const { price } of items) {
    if (seen.has(price.id)) {
      throw invalidRequest(`Cannot add multiple subscription items with the same plan: ${price.id}`, {
        param: 'items',
      });
    }
    seen.add(price.id);
    if (price.currency !== first.price.currency) {
      throw invalidRequest('All prices of a subscription must have the same currency.', { param: 'items' });
    }
    checkRhythm(price, first.price);
  }
}

function checkRhythm({ recurring }: Stripe.Price, first: Stripe.Price): void {
  const { interval, interval_count: count } = first.recurring ?? {};
  if (recurring?.interval === interval && recurring?.interval_count === count) return;
  throw invalidRequest('The simulator does not support prices of different intervals in one subscription yet.', {
    param: 'items',
  });
}
