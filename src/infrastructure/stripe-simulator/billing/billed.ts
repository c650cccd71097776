import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest } from '../core/errors';
import { newId } from '../core/ids';
import { checkCurrency } from '../payments/currencies';
import { decimal, plain, times } from './decimals';
import { idOf } from '../core/references';
import { billable } from './params';
import type { BilledParams } from './item-params';
import { createInlinePrice, findPrice } from './price';
import { priceAmount } from './price-amount';
import { createProduct } from './product';

/** How much is billed, and what for. */
export interface Billed {
  amount: number;
  currency: string;
  price: string | null;
  quantity: number;
  unitAmountDecimal: string | null;
}

/** From a price, from a price made for the occasion, or from a bare amount, which gets an unlisted price of its own. */
export function billed(ctx: Context, params: BilledParams, currency: string | null): Billed {
  checkExclusive(params);
  const quantity = params.quantity ?? 1;
  const price = givenPrice(ctx, params);
  if (price !== null) {
    if (price.type === 'recurring') {
      throw invalidRequest(
        `The price specified is set to \`type=recurring\` but this field only accepts prices with \`type=one_time\`.`,
        { param: 'pricing[price]' },
      );
    }
    return {
      amount: priceAmount(ctx, price, quantity),
      currency: price.currency,
      price: price.id,
      quantity,
      unitAmountDecimal: null,
    };
  }
  return bareAmount(ctx, params, currency, quantity);
}

function bareAmount(ctx: Context, params: BilledParams, given: string | null, quantity: number): Billed {
  if (given === null) {
    throw invalidRequest('You must specify a `currency`.', { code: 'parameter_missing', param: 'currency' });
  }
  const currency = checkCurrency(given);
  const unit = params.unit_amount_decimal ?? String(params.amount ?? 0);
  const amount = params.unit_amount_decimal === undefined ? (params.amount ?? 0) : billable(times(quantity, unit));
  return {
    amount,
    currency,
    price: unlistedPrice(ctx, unit, currency, params.description),
    quantity,
    unitAmountDecimal: unit,
  };
}

function checkExclusive(params: BilledParams): void {
  const exclusive: (keyof BilledParams)[][] = [
    ['amount', 'quantity'],
    ['amount', 'pricing'],
    ['amount', 'price_data'],
    ['amount', 'unit_amount_decimal'],
    ['pricing', 'price_data'],
  ];
  for (const names of exclusive) {
    if (!names.every((name) => params[name] !== undefined)) continue;
    throw invalidRequest(`You may only specify one of these parameters: ${names.join(', ')}.`, {
      code: 'parameters_exclusive',
      param: names[0] ?? '',
    });
  }
  const names = ['amount', 'pricing', 'price_data', 'unit_amount_decimal'] as const;
  if (names.every((name) => params[name] === undefined)) {
    throw invalidRequest('You must specify either `amount`, `unit_amount_decimal`, `pricing` or `price_data`.', {
      code: 'parameter_missing',
      param: 'amount',
    });
  }
}

function givenPrice(ctx: Context, params: BilledParams): Stripe.Price | null {
  const { price_data: data, pricing } = params;
  if (pricing?.price !== undefined) return findPrice(ctx, pricing.price, 'pricing[price]');
  if (data === undefined) return null;
  const { product, product_data: described, ...amounts } = data;
  if (described === undefined)
    return createInlinePrice(ctx, { ...amounts, ...(product === undefined ? {} : { product }) });
  const { images: _images, tax_code: _code, tax_details: _details, ...product_data } = described;
  return createInlinePrice(ctx, { ...amounts, product: createProduct(ctx, product_data).id });
}

/** Even an amount without a price has one that its line can name; nobody is told of it. */
function unlistedPrice(ctx: Context, unit: string, currency: string, description: string | undefined): string {
  const now = ctx.clock.now();
  const product = newId('prod');
  const price = newId('price');
  const whole = Number(unit);
  for (const id of [product, price]) ctx.tx.put('unlisted', { id });
  ctx.tx.put('products', {
    id: product,
    object: 'product',
    active: false,
    created: now,
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: {},
    name: description ?? 'Invoice item',
    package_dimensions: null,
    shippable: null,
    tax_details: null,
    type: 'service',
    updated: now,
    url: null,
  });
  ctx.tx.put('prices', {
    id: price,
    object: 'price',
    active: false,
    billing_scheme: 'per_unit',
    created: now,
    currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product,
    recurring: null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time',
    unit_amount: Number.isInteger(whole) ? whole : null,
    unit_amount_decimal: decimal(Number.isInteger(whole) ? plain(whole) : unit),
  });
  return price;
}

export function productOfPrice(ctx: Context, price: string | null): string | null {
  return price === null ? null : idOf(ctx.tx.get('prices', price)?.product);
}
