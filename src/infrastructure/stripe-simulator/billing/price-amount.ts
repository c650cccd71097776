import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { decimalText, scaled, share } from './decimals';
import { billable } from './params';

const ONE = scaled('1');

/** What that many of it cost, in minor units; the tiers are looked up, as prices do not show them. */
export function priceAmount(ctx: Context, price: Stripe.Price, quantity: number): number {
  return amountOf(price, quantity, ctx.tx.get('price_tiers', price.id)?.tiers);
}

export function amountOf(price: Stripe.Price, quantity: number, tiers = price.tiers ?? []): number {
  const units = transformed(price, quantity);
  if (price.billing_scheme !== 'tiered') return rounded(BigInt(units) * exact(price.unit_amount_decimal));
  return rounded(price.tiers_mode === 'volume' ? volume(tiers, units) : graduated(tiers, units));
}

function transformed(price: Stripe.Price, quantity: number): number {
  const transform = price.transform_quantity;
  if (transform === null) return quantity;
  const packages = quantity / transform.divide_by;
  return transform.round === 'up' ? Math.ceil(packages) : Math.floor(packages);
}

/** All of it at the price of the tier that the whole quantity falls into. */
function volume(tiers: readonly Stripe.Price.Tier[], quantity: number): bigint {
  const tier = tiers.find(({ up_to: upTo }) => upTo === null || quantity <= upTo);
  return tier === undefined ? 0n : cost(tier, quantity);
}

/** Each part of it at the price of its own tier. */
function graduated(tiers: readonly Stripe.Price.Tier[], quantity: number): bigint {
  let from = 0;
  let total = 0n;
  for (const tier of tiers) {
    const to = Math.min(quantity, tier.up_to ?? quantity);
    // Nothing bought still costs what the first tier costs at least.
    if (to > from || (from === 0 && quantity === 0)) total += cost(tier, to - from);
    from = Math.max(from, to);
    if (from >= quantity) break;
  }
  return total;
}

function cost(tier: Stripe.Price.Tier, quantity: number): bigint {
  return BigInt(quantity) * exact(tier.unit_amount_decimal) + exact(tier.flat_amount_decimal);
}

function exact(amount: Stripe.Decimal | null): bigint {
  return amount === null ? 0n : scaled(decimalText(amount));
}

function rounded(amount: bigint): number {
  return billable(share(1, amount, ONE));
}
