import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { idOf } from '../core/references';
import { decimals } from '../payments/currencies';
import { cadenceOfPrice } from './cadence';
import { day, type Period } from './periods';

type Item = Pick<Stripe.SubscriptionItem, 'price' | 'quantity'>;

/** A line of a whole period: `2 × Gold (at $10.00 / month)`. */
export function regularDescription(ctx: Context, item: Item): string {
  return `${String(item.quantity ?? 1)} × ${productName(ctx, item)} (at ${unitPrice(item.price)} / ${rhythm(item.price)})`;
}

export function trialDescription(ctx: Context, item: Item): string {
  return `Trial period for ${productName(ctx, item)}`;
}

/** A line of a period that is shorter than the others, as before a fixed day of billing. */
export function partialDescription(ctx: Context, item: Item, { start, end }: Period): string {
  return `Time on ${counted(ctx, item)} from ${day(start)} until ${day(end)}`;
}

export function unusedDescription(ctx: Context, item: Item, after: number): string {
  return `Unused time on ${counted(ctx, item)} after ${day(after)}`;
}

export function remainingDescription(ctx: Context, item: Item, after: number): string {
  return `Remaining time on ${counted(ctx, item)} after ${day(after)}`;
}

function counted(ctx: Context, item: Item): string {
  const quantity = item.quantity ?? 1;
  return quantity === 1 ? productName(ctx, item) : `${String(quantity)} × ${productName(ctx, item)}`;
}

function productName(ctx: Context, { price }: Item): string {
  return ctx.tx.get('products', idOf(price.product) ?? '')?.name ?? '';
}

function rhythm(price: Stripe.Price): string {
  const { interval, count } = cadenceOfPrice(price);
  return count === 1 ? interval : `every ${String(count)} ${interval}s`;
}

function unitPrice(price: Stripe.Price): string {
  const currency = price.currency.toUpperCase();
  const places = decimals(price.currency);
  const amount = Number(price.unit_amount_decimal?.toString() ?? price.unit_amount ?? 0) / 10 ** places;
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    minimumFractionDigits: places,
    maximumFractionDigits: 12,
  }).format(amount);
}
