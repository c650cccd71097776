import type Stripe from 'stripe';
import { changeInvoice } from '../billing/invoice-change';
import { voidInvoice } from '../billing/invoice-end';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { unschedule } from '../core/schedule';
import { hasEnded } from './cadence';
import { announceChange, findSubscription, itemsOf, storeSubscription } from './subscription-rows';

type Subscription = Stripe.Subscription;

/** It is over: nothing is billed for it any more, and what is still owed is not collected by itself. */
export function cancelNow(
  ctx: Context,
  before: Subscription,
  reason: NonNullable<Subscription['cancellation_details']>['reason'],
): Subscription {
  const now = ctx.clock.now();
  const isFirstUnpaid = before.status === 'incomplete';
  const ended: Subscription = {
    ...before,
    status: isFirstUnpaid ? 'incomplete_expired' : 'canceled',
    canceled_at: before.canceled_at ?? now,
    cancellation_details: { ...details(before), reason },
    ended_at: now,
    pending_setup_intent: null,
  };
  storeSubscription(ctx, ended, itemsOf(ctx, before.id));
  stopCollecting(ctx, before, isFirstUnpaid);
  emit(ctx, 'customer.subscription.deleted', findSubscription(ctx, before.id));
  return findSubscription(ctx, before.id);
}

/** The first invoice was not paid in time, or never will be. */
export function expire(ctx: Context, before: Subscription): void {
  const expired: Subscription = { ...before, status: 'incomplete_expired', ended_at: ctx.clock.now() };
  storeSubscription(ctx, expired, itemsOf(ctx, before.id));
  stopCollecting(ctx, before, true);
  announceChange(ctx, before);
}

/** Nobody is left to bill. */
export function cancelAllOf(ctx: Context, customer: string): void {
  for (const subscription of ctx.tx.where('subscriptions', 'customer', customer)) {
    if (!hasEnded(subscription)) cancelNow(ctx, subscription, 'cancellation_requested');
  }
}

export function details(subscription: Subscription): NonNullable<Subscription['cancellation_details']> {
  return subscription.cancellation_details ?? { comment: null, feedback: null, feedback_option: null, reason: null };
}

function stopCollecting(ctx: Context, subscription: Subscription, isVoided: boolean): void {
  for (const invoice of invoicesOf(ctx, subscription.id)) {
    if (invoice.status === 'open' && isVoided) voidInvoice(ctx, invoice.id);
    else if (invoice.status === 'open') stopInvoice(ctx, invoice);
    else if (invoice.status === 'draft') stopDraft(ctx, invoice);
  }
}

function stopInvoice(ctx: Context, invoice: Stripe.Invoice): void {
  unschedule(ctx, 'collect_invoice', invoice.id);
  unschedule(ctx, 'retry_invoice', invoice.id);
  changeInvoice(ctx, invoice, { ...invoice, auto_advance: false, next_payment_attempt: null });
}

function stopDraft(ctx: Context, invoice: Stripe.Invoice): void {
  unschedule(ctx, 'finalize_invoice', invoice.id);
  changeInvoice(ctx, invoice, {
    ...invoice,
    auto_advance: false,
    automatically_finalizes_at: null,
    next_payment_attempt: null,
  });
}

export function invoicesOf(ctx: Context, subscription: string): Stripe.Invoice[] {
  return ctx.tx.where('invoices', 'parent.subscription_details.subscription', subscription);
}
