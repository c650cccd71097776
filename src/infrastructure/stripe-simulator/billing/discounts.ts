import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest, resourceMissing } from '../core/errors';
import { newId } from '../core/ids';
import { idOf } from '../core/references';
import type { DiscountTerm } from './invoice-totals';

/** What a discount hangs on. */
export type DiscountOwner = Partial<
  Pick<Stripe.Discount, 'customer' | 'invoice' | 'invoice_item' | 'subscription' | 'subscription_item'>
>;

/** As requests name it: exactly one of the three. */
export interface DiscountChoice {
  coupon?: string;
  discount?: string;
  promotion_code?: string;
}

/** The discount that the id of a discount, a promotion code or a coupon asks for; nothing is stored yet. */
export function discountFor(ctx: Context, given: string, owner: DiscountOwner): Stripe.Discount {
  const known = ctx.tx.get('discounts', given);
  if (known !== undefined) return known;
  const code = ctx.tx.get('promotion_codes', given);
  if (code !== undefined) return newDiscount(ctx, idOf(code.promotion.coupon) ?? '', code, owner);
  return newDiscount(ctx, given, null, owner);
}

export function chosenDiscount(
  ctx: Context,
  choice: DiscountChoice,
  owner: DiscountOwner,
  param: string,
): Stripe.Discount {
  const { coupon, discount, promotion_code: code } = choice;
  const [given, ...others] = [coupon, discount, code].filter((id) => id !== undefined);
  if (given === undefined || others.length > 0) {
    throw invalidRequest('You must pass exactly one of `coupon`, `promotion_code` or `discount`.', { param });
  }
  if (discount !== undefined && !isTheirs(ctx.tx.get('discounts', discount), owner)) {
    throw resourceMissing('discount', discount, param, 400);
  }
  if (code !== undefined && ctx.tx.get('promotion_codes', code) === undefined) {
    throw resourceMissing('promotion code', code, param, 400);
  }
  return discountFor(ctx, given, owner);
}

/** A discount can be used again where it is, and for what belongs to that. */
function isTheirs(discount: Stripe.Discount | undefined, owner: DiscountOwner): boolean {
  return discount !== undefined && idOf(discount.customer) === idOf(owner.customer);
}

/** Keeps the discount, and counts its coupon and its code as redeemed once more. */
export function redeem(ctx: Context, discount: Stripe.Discount): Stripe.Discount {
  if (ctx.tx.get('discounts', discount.id) !== undefined) return discount;
  ctx.tx.put('discounts', discount);
  const coupon = ctx.tx.get('coupons', idOf(discount.source.coupon) ?? '');
  if (coupon !== undefined) ctx.tx.put('coupons', { ...coupon, times_redeemed: coupon.times_redeemed + 1 });
  const code = ctx.tx.get('promotion_codes', idOf(discount.promotion_code) ?? '');
  if (code !== undefined) ctx.tx.put('promotion_codes', { ...code, times_redeemed: code.times_redeemed + 1 });
  return discount;
}

/** What the discount takes off, unless it has ended. */
export function discountTerm(ctx: Context, discount: Stripe.Discount): DiscountTerm | null {
  const id = idOf(discount.source.coupon) ?? '';
  // Who has the discount keeps it when its coupon is deleted.
  const coupon = ctx.tx.get('coupons', id) ?? ctx.tx.get('deleted_coupons', id);
  if (coupon === undefined || (discount.end !== null && discount.end <= ctx.clock.now())) return null;
  const scope = ctx.tx.get('coupon_scopes', id);
  return { id: discount.id, coupon: scope === undefined ? coupon : { ...coupon, applies_to: scope } };
}

function newDiscount(
  ctx: Context,
  couponId: string,
  code: Stripe.PromotionCode | null,
  owner: DiscountOwner,
): Stripe.Discount {
  const coupon = ctx.tx.get('coupons', couponId);
  if (coupon === undefined) throw resourceMissing('coupon', couponId, 'coupon', 400);
  if (!isRedeemable(ctx, coupon)) {
    throw invalidRequest(`Coupon expired: ${coupon.id}`, { code: 'coupon_expired', param: 'coupon' });
  }
  if (code?.restrictions.first_time_transaction === true && hasPaid(ctx, idOf(owner.customer))) {
    throw invalidRequest(
      'This promotion code cannot be redeemed because the associated customer has prior transactions.',
      { param: 'promotion_code' },
    );
  }
  if (code !== null && !isUsable(ctx, code, owner)) {
    throw invalidRequest('This promotion code cannot be redeemed because it is not active.', {
      param: 'promotion_code',
    });
  }
  const start = ctx.clock.now();
  return {
    id: newId('di'),
    object: 'discount',
    checkout_session: null,
    customer: null,
    customer_account: null,
    end: coupon.duration === 'repeating' ? monthsAfter(start, coupon.duration_in_months ?? 0) : null,
    invoice: null,
    invoice_item: null,
    promotion_code: code?.id ?? null,
    source: { coupon: coupon.id, type: 'coupon' },
    start,
    subscription: null,
    subscription_item: null,
    ...owner,
  };
}

export function isRedeemable(ctx: Context, coupon: Stripe.Coupon): boolean {
  return (
    (coupon.max_redemptions === null || coupon.times_redeemed < coupon.max_redemptions) &&
    (coupon.redeem_by === null || coupon.redeem_by > ctx.clock.now())
  );
}

function hasPaid(ctx: Context, customer: string | null): boolean {
  if (customer === null) return false;
  return ctx.tx.where('invoices', 'customer', customer).some(({ amount_paid: paid, status }) => {
    return status === 'paid' && paid > 0;
  });
}

function isUsable(ctx: Context, code: Stripe.PromotionCode, owner: DiscountOwner): boolean {
  return codeNow(ctx, code).active && (code.customer === null || idOf(code.customer) === idOf(owner.customer));
}

/** A code stops being active by redemptions, by time and with its coupon, without any change to itself. */
export function codeNow(ctx: Context, code: Stripe.PromotionCode): Stripe.PromotionCode {
  const coupon = ctx.tx.get('coupons', idOf(code.promotion.coupon) ?? '');
  const active =
    code.active &&
    coupon !== undefined &&
    isRedeemable(ctx, coupon) &&
    (code.expires_at === null || code.expires_at > ctx.clock.now()) &&
    (code.max_redemptions === null || code.times_redeemed < code.max_redemptions);
  return { ...code, active };
}

/** The same day of a later month, or its last day where that month is shorter. */
function monthsAfter(seconds: number, months: number): number {
  const from = new Date(seconds * 1000);
  const to = new Date(from);
  to.setUTCDate(1);
  to.setUTCMonth(from.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return to.getTime() / 1000;
}
