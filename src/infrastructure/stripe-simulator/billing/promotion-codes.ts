import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, resourceMissing } from '../core/errors';
import { newId, newShortId } from '../core/ids';
import { listOf, listShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { flag, integer, mergeMetadata, metadata, object, oneOf, text, unsupported, type Values } from '../core/schema';
import { findCustomer } from '../payments/find-customer';
import { findCoupon } from './coupons';
import { codeNow } from './discounts';
import { hasAll } from './page';

const URL = '/v1/promotion_codes';

const createShape = {
  active: flag,
  code: text({ max: 500 }),
  customer: text(),
  customer_account: unsupported,
  expires_at: integer(),
  max_redemptions: integer({ min: 1 }),
  metadata,
  promotion: object({ coupon: text(), type: oneOf('coupon') }, ['coupon', 'type']),
  restrictions: object({
    currency_options: unsupported,
    first_time_transaction: flag,
    minimum_amount: unsupported,
    minimum_amount_currency: unsupported,
  }),
};

type CreateCodeParams = Values<typeof createShape, 'promotion'>;

function findCode(ctx: Context, id: string): Stripe.PromotionCode {
  const found = ctx.tx.get('promotion_codes', id);
  if (found === undefined) throw resourceMissing('promotion code', id, 'promotion_code');
  return found;
}

function createCode(ctx: Context, params: CreateCodeParams): Stripe.PromotionCode {
  const coupon = findCoupon(ctx, params.promotion.coupon, 'promotion[coupon]', 400);
  if (params.customer !== undefined) findCustomer(ctx, params.customer);
  const code = params.code ?? newShortId().toUpperCase();
  checkFree(ctx, code, params.customer ?? null);
  const { restrictions } = params;
  const row: Stripe.PromotionCode = {
    id: newId('promo'),
    object: 'promotion_code',
    active: params.active ?? true,
    code,
    created: ctx.clock.now(),
    customer: params.customer ?? null,
    customer_account: null,
    expires_at: params.expires_at ?? coupon.redeem_by,
    livemode: false,
    max_redemptions: params.max_redemptions ?? null,
    metadata: mergeMetadata({}, params.metadata ?? null),
    promotion: { coupon: coupon.id, type: 'coupon' },
    restrictions: {
      first_time_transaction: restrictions?.first_time_transaction ?? false,
      minimum_amount: null,
      minimum_amount_currency: null,
    },
    times_redeemed: 0,
  };
  ctx.tx.put('promotion_codes', row);
  emit(ctx, 'promotion_code.created', row);
  return row;
}

/** Letters of either case are the same; among active codes of one customer, or of all, a code is unique. */
function checkFree(ctx: Context, code: string, customer: string | null): void {
  if (!/^[a-zA-Z0-9-]+$/.test(code)) {
    throw invalidRequest('Promotion codes may only contain letters, digits and dashes.', { param: 'code' });
  }
  const taken = ctx.tx
    .where('promotion_codes', 'code', code)
    .some((other) => codeNow(ctx, other).active && (other.customer === customer || other.customer === null));
  if (taken) {
    throw invalidRequest('An active promotion code with `code: ' + code + '` already exists.', {
      code: 'resource_already_exists',
      param: 'code',
    });
  }
}

export const promotionCodeRoutes: readonly Route[] = [
  route('POST', URL, {
    shape: createShape,
    required: ['promotion'],
    handle: (ctx, params) => ok(createCode(ctx, params)),
  }),
  route('GET', URL, {
    shape: { ...listShape, active: flag, code: text(), coupon: text(), customer: text() },
    handle(ctx, params) {
      const { active, code, coupon, customer } = params;
      const matches = (row: Stripe.PromotionCode): boolean => hasAll(codeNow(ctx, row), { active, customer });
      const where = { code, 'promotion.coupon': coupon };
      return ok(listOf(ctx, 'promotion_codes', params, { url: URL, where, matches }));
    },
  }),
  route('GET', `${URL}/:id`, { shape: {}, handle: (ctx, _params, { id = '' }) => ok(codeNow(ctx, findCode(ctx, id))) }),
  route('POST', `${URL}/:id`, {
    shape: { active: flag, metadata, restrictions: unsupported },
    handle(ctx, params, { id = '' }) {
      const before = findCode(ctx, id);
      const after: Stripe.PromotionCode = {
        ...before,
        ...(params.active === undefined ? {} : { active: params.active }),
        ...(params.metadata === undefined ? {} : { metadata: mergeMetadata(before.metadata ?? {}, params.metadata) }),
      };
      ctx.tx.put('promotion_codes', after);
      emit(ctx, 'promotion_code.updated', after, previousAttributes(before, after));
      return ok(codeNow(ctx, after));
    },
  }),
];
