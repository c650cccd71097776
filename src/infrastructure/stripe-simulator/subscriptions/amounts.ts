import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { discountTerm } from '../billing/discounts';
import { idOf } from '../core/references';
import { totalsOf, type DiscountTerm, type PricedLine } from '../billing/invoice-totals';

type Item = Stripe.SubscriptionItem;

/** What is left of the items' amounts when the subscription's discounts have been taken off. */
export function netAmounts(
  ctx: Context,
  subscription: Stripe.Subscription,
  items: readonly Item[],
  amounts: readonly number[],
): number[] {
  const lines = items.map((item, at): PricedLine => ({
    amount: amounts[at] ?? 0,
    discountable: true,
    product: idOf(item.price.product),
    discounts: termsOf(ctx, item.discounts),
    taxRates: [],
  }));
  const totals = totalsOf(lines, sharedTerms(ctx, subscription), subscription.currency, false);
  return lines.map(({ amount }, at) =>
    (totals.lines[at]?.discountAmounts ?? []).reduce((net, discount) => net - discount.amount, amount),
  );
}

/** Those of the subscription, or else that of its customer, as on its invoices. */
function sharedTerms(ctx: Context, subscription: Stripe.Subscription): DiscountTerm[] {
  if (subscription.discounts.length > 0) return termsOf(ctx, subscription.discounts);
  const customer = ctx.tx.get('customers', idOf(subscription.customer) ?? '');
  if (customer === undefined || customer.deleted === true) return [];
  return customer.discount === null || customer.discount === undefined ? [] : termsOf(ctx, [customer.discount]);
}

function termsOf(ctx: Context, discounts: readonly (string | Stripe.Discount)[]): DiscountTerm[] {
  return discounts.flatMap((reference) => {
    const discount = ctx.tx.get('discounts', idOf(reference) ?? '');
    return (discount === undefined ? null : discountTerm(ctx, discount)) ?? [];
  });
}
