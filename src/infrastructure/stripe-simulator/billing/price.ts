import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, parameterMissing, resourceMissing } from '../core/errors';
import { newId } from '../core/ids';
import { pick } from '../core/pick';
import { mergeMetadata } from '../core/schema';
import { checkCurrency } from '../payments/currencies';
import { decimal, scaled } from './decimals';
import { exactlyOne } from './params';
import type { CreatePriceParams, TierParams, UpdatePriceParams } from './price-params';
import { createProduct, findProduct } from './product';

export function findPrice(ctx: Context, id: string, param = 'price', status: 400 | 404 = 400): Stripe.Price {
  const found = ctx.tx.get('prices', id);
  if (found === undefined) throw resourceMissing('price', id, param, status);
  return found;
}

export function createPrice(ctx: Context, params: CreatePriceParams): Stripe.Price {
  exactlyOne(params, ['product', 'product_data']);
  const product =
    params.product_data === undefined
      ? findProduct(ctx, params.product ?? '', 'product', 400)
      : createProduct(ctx, params.product_data);
  const tiered = params.billing_scheme === 'tiered';
  checkAmounts(params, tiered);
  const unit = unitAmount(params);
  const id = newId('price');
  const price: Stripe.Price = {
    id,
    object: 'price',
    active: params.active ?? true,
    billing_scheme: params.billing_scheme ?? 'per_unit',
    created: ctx.clock.now(),
    currency: checkCurrency(params.currency),
    custom_unit_amount: null,
    livemode: false,
    lookup_key: params.lookup_key ?? null,
    metadata: mergeMetadata({}, params.metadata ?? null),
    nickname: params.nickname ?? null,
    product: product.id,
    recurring: recurring(params.recurring),
    tax_behavior: params.tax_behavior ?? 'unspecified',
    tiers_mode: params.tiers_mode ?? null,
    transform_quantity: params.transform_quantity ?? null,
    type: params.recurring === undefined ? 'one_time' : 'recurring',
    unit_amount: unit.amount,
    unit_amount_decimal: unit.decimal,
  };
  claimLookupKey(ctx, price, params.transfer_lookup_key === true);
  if (tiered) ctx.tx.put('price_tiers', { id, tiers: (params.tiers ?? []).map(tier) });
  ctx.tx.put('prices', price);
  emit(ctx, 'price.created', price);
  return price;
}

/** A price for one use: it is in no list of what is on sale. */
export function createInlinePrice(ctx: Context, params: CreatePriceParams): Stripe.Price {
  const price = createPrice(ctx, { ...params, active: false });
  ctx.tx.put('unlisted', { id: price.id });
  return price;
}

export function updatePrice(ctx: Context, before: Stripe.Price, params: UpdatePriceParams): Stripe.Price {
  const { tax_behavior: behavior } = params;
  if (behavior !== undefined && before.tax_behavior !== 'unspecified' && behavior !== before.tax_behavior) {
    throw invalidRequest(
      'You cannot change the tax_behavior of a price once it is set to a value other than `unspecified`.',
      { param: 'tax_behavior' },
    );
  }
  const after: Stripe.Price = {
    ...before,
    ...pick(params, ['active', 'lookup_key', 'nickname', 'tax_behavior']),
    metadata: params.metadata === undefined ? before.metadata : mergeMetadata(before.metadata, params.metadata),
  };
  claimLookupKey(ctx, after, params.transfer_lookup_key === true);
  ctx.tx.put('prices', after);
  emit(ctx, 'price.updated', after, previousAttributes(before, after));
  return after;
}

function checkAmounts(params: CreatePriceParams, tiered: boolean): void {
  if (!tiered) {
    if (params.tiers !== undefined) {
      throw invalidRequest('You may only specify `tiers` when `billing_scheme` is `tiered`.', { param: 'tiers' });
    }
    exactlyOne(params, ['unit_amount', 'unit_amount_decimal']);
    return;
  }
  if (params.tiers === undefined || params.tiers.length === 0) throw parameterMissing('tiers');
  if (params.tiers_mode === undefined) throw parameterMissing('tiers_mode');
  if (params.unit_amount !== undefined || params.unit_amount_decimal !== undefined) {
    throw invalidRequest('You may not specify `unit_amount` when `billing_scheme` is `tiered`.', {
      param: 'unit_amount',
    });
  }
  if (params.tiers.at(-1)?.up_to !== 'inf') {
    throw invalidRequest("The last tier must have its `up_to` set to 'inf'.", { param: 'tiers' });
  }
}

function unitAmount(given: { unit_amount?: number; unit_amount_decimal?: string }): {
  amount: number | null;
  decimal: Stripe.Decimal | null;
} {
  const text = given.unit_amount_decimal ?? given.unit_amount?.toString();
  if (text === undefined) return { amount: null, decimal: null };
  const whole = scaled(text) % scaled('1') === 0n;
  return { amount: whole ? Number(text) : null, decimal: decimal(text) };
}

/** Three years at most. */
const MOST_INTERVALS: Readonly<Record<string, number>> = { day: 1_095, week: 156, month: 36, year: 3 };

function recurring(given: CreatePriceParams['recurring']): Stripe.Price.Recurring | null {
  if (given === undefined) return null;
  const { interval, interval_count: count = 1 } = given;
  if (count > (MOST_INTERVALS[interval] ?? 0)) {
    throw invalidRequest('Invalid interval: prices can recur every three years at most.', {
      param: 'recurring[interval_count]',
    });
  }
  return {
    interval,
    interval_count: count,
    meter: null,
    trial_period_days: given.trial_period_days ?? null,
    usage_type: given.usage_type ?? 'licensed',
  };
}

function tier(given: TierParams, at: number): Stripe.Price.Tier {
  const flat = unitAmount({
    ...(given.flat_amount === undefined ? {} : { unit_amount: given.flat_amount }),
    ...(given.flat_amount_decimal === undefined ? {} : { unit_amount_decimal: given.flat_amount_decimal }),
  });
  const unit = unitAmount(given);
  if (flat.decimal === null && unit.decimal === null) throw parameterMissing(`tiers[${String(at)}][unit_amount]`);
  return {
    flat_amount: flat.amount,
    flat_amount_decimal: flat.decimal,
    unit_amount: unit.amount,
    unit_amount_decimal: unit.decimal,
    up_to: upTo(given.up_to, `tiers[${String(at)}][up_to]`),
  };
}

function upTo(given: string | number, param: string): number | null {
  if (given === 'inf') return null;
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw invalidRequest(`Invalid integer: ${String(given)}`, { code: 'parameter_invalid_integer', param });
  }
  return number;
}

/** A key leads to one price at most; who asks for the transfer takes it from the price that had it. */
function claimLookupKey(ctx: Context, price: Stripe.Price, transfer: boolean): void {
  if (price.lookup_key === null) return;
  for (const other of ctx.tx.where('prices', 'lookup_key', price.lookup_key)) {
    if (other.id === price.id) continue;
    if (!transfer) {
      throw invalidRequest(`A price (\`${other.id}\`) already uses that lookup key.`, { param: 'lookup_key' });
    }
    ctx.tx.put('prices', { ...other, lookup_key: null });
  }
}
