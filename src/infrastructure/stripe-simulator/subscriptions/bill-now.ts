import type Stripe from 'stripe';
import { draftInvoice, type NewInvoice } from '../billing/invoice-draft';
import { finalizeInvoice } from '../billing/invoice-finalize';
import { attemptPayment, NO_PAYMENT_METHOD } from '../billing/invoice-payment';
import type { Context } from '../core/context';
import { ApiError } from '../core/errors';
import type { PaymentBehavior } from './subscription-params';
import { announceChange, findSubscription, itemsOf, storeSubscription } from './subscription-rows';

export interface Payment {
  behavior: PaymentBehavior;
  offSession: boolean;
}

/** Drafts the invoice as the subscription's latest; what is collected automatically becomes final and is paid at once. */
export function billNow(ctx: Context, spec: NewInvoice, payment: Payment): Stripe.Invoice {
  const draft = draftLatest(ctx, spec);
  if (spec.collectionMethod === 'send_invoice') return draft;
  const invoice = finalizeInvoice(ctx, draft.id);
  if (invoice.status !== 'open' || payment.behavior === 'default_incomplete') return invoice;
  const { invoice: attempted, error } = attemptPayment(ctx, invoice.id, { offSession: payment.offSession });
  if (error === NO_PAYMENT_METHOD) throw new ApiError(400, error);
  if (error !== null && payment.behavior === 'error_if_incomplete') throw new ApiError(402, error);
  return attempted;
}

export function draftLatest(ctx: Context, spec: NewInvoice): Stripe.Invoice {
  const draft = draftInvoice(ctx, spec);
  const subscription = findSubscription(ctx, spec.subscription ?? '');
  storeSubscription(
    ctx,
    { ...subscription, latest_invoice: draft.id, discounts: lastingDiscounts(ctx, subscription) },
    itemsOf(ctx, subscription.id),
  );
  announceChange(ctx, subscription);
  return draft;
}

/** A discount that is given once has been given with this invoice. */
function lastingDiscounts(ctx: Context, subscription: Stripe.Subscription): Stripe.Subscription['discounts'] {
  return subscription.discounts.filter((reference) => {
    const discount = ctx.tx.get('discounts', typeof reference === 'string' ? reference : reference.id);
    const { coupon } = discount?.source ?? {};
    return ctx.tx.get('coupons', typeof coupon === 'string' ? coupon : (coupon?.id ?? ''))?.duration !== 'once';
  });
}
