import type Stripe from 'stripe';
import { idOf } from '../core/references';
import { findInvoice } from '../billing/find-invoice';
import { draftInvoice, type NewInvoice } from '../billing/invoice-draft';
import { markUncollectible, voidInvoice } from '../billing/invoice-end';
import { finalizeInvoice } from '../billing/invoice-finalize';
import type { Context } from '../core/context';
import { announceChange, findSubscription, itemsOf, storeSubscription } from './subscription-rows';

type Subscription = Stripe.Subscription;

export function draftLatest(ctx: Context, spec: NewInvoice): Stripe.Invoice {
  const draft = draftInvoice(ctx, spec);
  const subscription = findSubscription(ctx, spec.subscription ?? '');
  storeSubscription(
    ctx,
    { ...subscription, latest_invoice: draft.id, discounts: lastingDiscounts(ctx, subscription, draft) },
    itemsOf(ctx, subscription.id),
  );
  announceChange(ctx, subscription);
  return draft;
}

/** A discount that is given once has been given with the first invoice that it made cheaper. */
function lastingDiscounts(
  ctx: Context,
  subscription: Subscription,
  invoice: Stripe.Invoice,
): Subscription['discounts'] {
  const used = (invoice.total_discount_amounts ?? []).filter(({ amount }) => amount > 0);
  return subscription.discounts.filter((reference) => {
    const id = idOf(reference);
    const coupon = idOf(ctx.tx.get('discounts', id ?? '')?.source.coupon);
    const isOnce = ctx.tx.get('coupons', coupon ?? '')?.duration === 'once';
    return !isOnce || !used.some(({ discount }) => idOf(discount) === id);
  });
}

/** Whether its invoices are made and not collected. */
export function isHeld({ pause_collection: paused, status }: Subscription): boolean {
  return status === 'unpaid' || paused !== null;
}

/** The invoice of a subscription that is not collected from at present. */
export function holdBack(ctx: Context, spec: NewInvoice, subscription: Subscription): Stripe.Invoice {
  const draft = draftLatest(ctx, { ...spec, autoAdvance: false });
  const behavior = subscription.status === 'unpaid' ? 'keep_as_draft' : subscription.pause_collection?.behavior;
  if (behavior !== 'keep_as_draft' && finalizeInvoice(ctx, draft.id).status === 'open') {
    if (behavior === 'void') voidInvoice(ctx, draft.id);
    else markUncollectible(ctx, draft.id, 'subscription_paused');
  }
  return findInvoice(ctx, draft.id);
}
