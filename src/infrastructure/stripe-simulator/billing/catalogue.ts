import type Stripe from 'stripe';
import type { Inclusion } from '../core/context';
import { listOf, listShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { arrayOf, flag, object, oneOf, text } from '../core/schema';
import { createPriceShape, updatePriceShape } from './price-params';
import { hasAll } from './page';
import { createPrice, findPrice, updatePrice } from './price';
import { createProduct, deleteProduct, findProduct, updateProduct } from './product';
import { createProductShape, updateProductShape } from './product-params';

/** What is shown only to who asks for it. */
export const catalogueInclusions: Readonly<Record<string, Inclusion>> = {
  'coupon.applies_to': (ctx, { id }) => {
    const scope = ctx.tx.get('coupon_scopes', id);
    return scope === undefined ? null : { products: scope.products };
  },
  'price.tiers': (ctx, { id }) => ctx.tx.get('price_tiers', id)?.tiers ?? null,
};

const PRODUCTS = '/v1/products';
const PRICES = '/v1/prices';

const productRoutes: readonly Route[] = [
  route('POST', PRODUCTS, {
    shape: createProductShape,
    required: ['name'],
    handle(ctx, params) {
      const product = createProduct(ctx, params);
      if (params.default_price_data === undefined) return ok(product);
      const price = createPrice(ctx, { ...params.default_price_data, product: product.id });
      const priced = { ...product, default_price: price.id };
      ctx.tx.put('products', priced);
      return ok(priced);
    },
  }),
  route('GET', PRODUCTS, {
    shape: {
      ...listShape,
      active: flag,
      ids: arrayOf(text()),
      shippable: flag,
      type: oneOf('good', 'service'),
      url: text(),
    },
    handle(ctx, params) {
      const { active, ids, shippable, type, url } = params;
      const matches = (row: Stripe.Product): boolean =>
        ctx.tx.get('unlisted', row.id) === undefined &&
        (ids === undefined || ids.includes(row.id)) &&
        hasAll(row, { active, shippable, type, url });
      return ok(listOf(ctx, 'products', params, { url: PRODUCTS, matches }));
    },
  }),
  route('GET', `${PRODUCTS}/:id`, { shape: {}, handle: (ctx, _params, { id = '' }) => ok(findProduct(ctx, id)) }),
  route('POST', `${PRODUCTS}/:id`, {
    shape: updateProductShape,
    handle: (ctx, params, { id = '' }) => ok(updateProduct(ctx, findProduct(ctx, id), params)),
  }),
  route('DELETE', `${PRODUCTS}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(deleteProduct(ctx, findProduct(ctx, id))),
  }),
];

const priceRoutes: readonly Route[] = [
  route('POST', PRICES, {
    shape: createPriceShape,
    required: ['currency'],
    handle: (ctx, params) => ok(createPrice(ctx, params)),
  }),
  route('GET', PRICES, {
    shape: {
      ...listShape,
      active: flag,
      currency: text(),
      lookup_keys: arrayOf(text()),
      product: text(),
      recurring: object({ interval: oneOf('day', 'week', 'month', 'year'), usage_type: oneOf('licensed', 'metered') }),
      type: oneOf('one_time', 'recurring'),
    },
    handle(ctx, params) {
      const { active, currency, lookup_keys: keys, product, recurring, type } = params;
      const matches = (row: Stripe.Price): boolean =>
        ctx.tx.get('unlisted', row.id) === undefined &&
        (keys === undefined || (row.lookup_key !== null && keys.includes(row.lookup_key))) &&
        hasAll(row, { active, currency, type }) &&
        (recurring === undefined || (row.recurring !== null && hasAll(row.recurring, recurring)));
      return ok(listOf(ctx, 'prices', params, { url: PRICES, where: { product }, matches }));
    },
  }),
  route('GET', `${PRICES}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(findPrice(ctx, id, 'price', 404)),
  }),
  route('POST', `${PRICES}/:id`, {
    shape: updatePriceShape,
    handle: (ctx, params, { id = '' }) => ok(updatePrice(ctx, findPrice(ctx, id, 'price', 404), params)),
  }),
];

export const catalogueRoutes: readonly Route[] = [...productRoutes, ...priceRoutes];
