import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, parameterMissing, resourceMissing } from '../core/errors';
import { newShortId } from '../core/ids';
import { listOf, listShape } from '../core/lists';
import { pick } from '../core/pick';
import { ok, route, type Route } from '../core/router';
import {
  arrayOf,
  integer,
  mergeMetadata,
  metadata,
  object,
  oneOf,
  text,
  unsupported,
  type Values,
} from '../core/schema';
import { checkCurrency } from '../payments/currencies';
import { isRedeemable } from './discounts';
import { decimalParam, exactlyOne } from './params';

const URL = '/v1/coupons';

const createShape = {
  amount_off: integer({ min: 1 }),
  applies_to: object({ products: arrayOf(text()) }),
  currency: text(),
  currency_options: unsupported,
  duration: oneOf('forever', 'once', 'repeating'),
  duration_in_months: integer({ min: 1, max: 1_200 }),
  id: text(),
  max_redemptions: integer({ min: 1 }),
  metadata,
  name: text({ max: 40 }),
  percent_off: decimalParam({ places: 4, min: 0.0001, max: 100 }),
  redeem_by: integer(),
};

type CreateCouponParams = Values<typeof createShape>;

export function findCoupon(ctx: Context, id: string, param = 'coupon', status: 400 | 404 = 404): Stripe.Coupon {
  const found = ctx.tx.get('coupons', id);
  if (found === undefined) throw resourceMissing('coupon', id, param, status);
  return found;
}

/** A coupon stops being valid by redemptions and by time, without any change to itself. */
export function couponNow(ctx: Context, coupon: Stripe.Coupon): Stripe.Coupon {
  return { ...coupon, valid: isRedeemable(ctx, coupon) };
}

function createCoupon(ctx: Context, params: CreateCouponParams): Stripe.Coupon {
  checkTerms(params);
  const id = params.id ?? newShortId();
  if (ctx.tx.get('coupons', id) !== undefined) {
    throw invalidRequest('Coupon already exists.', { code: 'resource_already_exists', param: 'id' });
  }
  for (const product of params.applies_to?.products ?? []) {
    if (ctx.tx.get('products', product) === undefined) {
      throw resourceMissing('product', product, 'applies_to[products]', 400);
    }
  }
  const coupon: Stripe.Coupon = {
    id,
    object: 'coupon',
    amount_off: null,
    created: ctx.clock.now(),
    currency: params.amount_off === undefined ? null : checkCurrency(params.currency ?? ''),
    duration: 'once',
    duration_in_months: null,
    livemode: false,
    max_redemptions: null,
    metadata: mergeMetadata({}, params.metadata ?? null),
    name: null,
    percent_off: params.percent_off === undefined ? null : Number(params.percent_off),
    redeem_by: null,
    times_redeemed: 0,
    valid: true,
    ...pick(params, ['amount_off', 'duration', 'duration_in_months', 'max_redemptions', 'name', 'redeem_by']),
  };
  ctx.tx.put('coupons', coupon);
  if (params.applies_to?.products !== undefined) {
    ctx.tx.put('coupon_scopes', { id, products: params.applies_to.products });
  }
  emit(ctx, 'coupon.created', coupon);
  return coupon;
}

function checkTerms(params: CreateCouponParams): void {
  exactlyOne(params, ['percent_off', 'amount_off']);
  if (params.amount_off !== undefined && params.currency === undefined) {
    throw invalidRequest('You must pass `currency` when passing `amount_off`.', {
      code: 'parameter_missing',
      param: 'currency',
    });
  }
  if (params.duration === 'repeating' && params.duration_in_months === undefined) {
    throw parameterMissing('duration_in_months');
  }
  if (params.duration !== 'repeating' && params.duration_in_months !== undefined) {
    throw invalidRequest('You may only specify `duration_in_months` when `duration` is `repeating`.', {
      param: 'duration_in_months',
    });
  }
}

export const couponRoutes: readonly Route[] = [
  route('POST', URL, { shape: createShape, handle: (ctx, params) => ok(createCoupon(ctx, params)) }),
  route('GET', URL, { shape: listShape, handle: (ctx, params) => ok(listOf(ctx, 'coupons', params, { url: URL })) }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(couponNow(ctx, findCoupon(ctx, id))),
  }),
  route('POST', `${URL}/:id`, {
    shape: { currency_options: unsupported, metadata, name: text({ max: 40 }) },
    handle(ctx, params, { id = '' }) {
      const before = findCoupon(ctx, id);
      const after: Stripe.Coupon = {
        ...before,
        ...(params.name === undefined ? {} : { name: params.name }),
        ...(params.metadata === undefined ? {} : { metadata: mergeMetadata(before.metadata ?? {}, params.metadata) }),
      };
      ctx.tx.put('coupons', after);
      emit(ctx, 'coupon.updated', after, previousAttributes(before, after));
      return ok(couponNow(ctx, after));
    },
  }),
  route('DELETE', `${URL}/:id`, {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      const coupon = findCoupon(ctx, id);
      // Who has the discount already keeps it.
      ctx.tx.delete('coupons', id);
      ctx.tx.put('deleted_coupons', coupon);
      const gone: Stripe.Coupon = { ...coupon, valid: false };
      emit(ctx, 'coupon.deleted', gone);
      return ok({ id, object: 'coupon', deleted: true });
    },
  }),
];
