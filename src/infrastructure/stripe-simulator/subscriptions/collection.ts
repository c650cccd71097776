import type Stripe from 'stripe';
import { idOf } from '../core/references';
import { findInvoice, subscriptionOf } from '../billing/find-invoice';
import { intentOf } from '../billing/invoice-intent';
import { attemptPayment, paymentMethodFor } from '../billing/invoice-payment';
import { changeInvoice } from '../billing/invoice-change';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { hasEnded } from './cadence';
import { cancelNow, expire, invoicesOf } from './end-subscription';
import { isHardDecline, planRetry } from './retry-plan';
import { changeSubscription, findSubscription, ledgerOf } from './subscription-rows';

type Subscription = Stripe.Subscription;

/** An invoice of a subscription was paid, so the subscription is worth its service again. */
export function invoicePaid(ctx: Context, id: string): void {
  const invoice = findInvoice(ctx, id);
  const subscription = living(ctx, invoice);
  if (subscription === null) return;
  const settled = recover(ctx, subscription, invoice);
  const method = saved(ctx, settled, invoice);
  if (method !== null) changeSubscription(ctx, settled, { default_payment_method: method });
}

export function invoiceWrittenOff(ctx: Context, id: string): void {
  const invoice = findInvoice(ctx, id);
  const subscription = living(ctx, invoice);
  if (subscription !== null && subscription.status !== 'incomplete') recover(ctx, subscription, invoice);
}

export function invoiceVoided(ctx: Context, id: string): void {
  const invoice = findInvoice(ctx, id);
  const subscription = living(ctx, invoice);
  if (subscription === null) return;
  if (subscription.status === 'incomplete' && idOf(subscription.latest_invoice) === id) expire(ctx, subscription);
  else if (subscription.status !== 'incomplete' && subscription.status !== 'paused')
    recover(ctx, subscription, invoice);
}

/** A try to pay failed. The invoice says whether there will be another; after the last the account's setting decides. */
export function paymentFailed(ctx: Context, id: string): void {
  const invoice = findInvoice(ctx, id);
  const subscription = living(ctx, invoice);
  if (subscription === null) return;
  const late = fallBehind(ctx, subscription);
  if (late.status !== 'past_due' || invoice.next_payment_attempt !== null || !hasRetriesOver(ctx, invoice)) return;
  giveUp(ctx, late);
}

export function actionRequired(ctx: Context, id: string): void {
  const subscription = living(ctx, findInvoice(ctx, id));
  if (subscription !== null) fallBehind(ctx, subscription);
}

/** The invoice that was sent is not paid in time. */
export function invoiceOverdue(ctx: Context, id: string): void {
  actionRequired(ctx, id);
}

/** One of the planned tries; a method that would fail again is not asked, only counted. */
export function retryInvoice(ctx: Context, id: string): void {
  const invoice = ctx.tx.get('invoices', id);
  if (invoice?.status !== 'open' || invoice.auto_advance !== true) return;
  if (!isHopeless(intentOf(ctx, id), paymentMethodFor(ctx, invoice))) {
    attemptPayment(ctx, id, { offSession: true, automatic: true });
    return;
  }
  const counted: Stripe.Invoice = { ...invoice, attempt_count: invoice.attempt_count + 1, next_payment_attempt: null };
  const planned = { ...counted, next_payment_attempt: planRetry(ctx, counted) };
  changeInvoice(ctx, invoice, planned);
  paymentFailed(ctx, id);
}

/** Whether that method waits for its customer, or was declined for good. */
function isHopeless(intent: Stripe.PaymentIntent | null, method: string | null): boolean {
  if (intent?.status === 'requires_action') return idOf(intent.payment_method) === method;
  const last = intent?.last_payment_error ?? null;
  return last !== null && isHardDecline(last) && idOf(last.payment_method) === method;
}

/** The subscription of the invoice, unless there is none or it is over. */
function living(ctx: Context, invoice: Stripe.Invoice): Subscription | null {
  const subscription = ctx.tx.get('subscriptions', subscriptionOf(invoice) ?? '');
  return subscription === undefined || hasEnded(subscription) ? null : subscription;
}

function recover(ctx: Context, subscription: Subscription, invoice: Stripe.Invoice): Subscription {
  switch (subscription.status) {
    case 'incomplete':
      return changeSubscription(ctx, subscription, { status: 'active' });
    case 'past_due':
    case 'unpaid':
      return owesNothingNewer(ctx, subscription)
        ? changeSubscription(ctx, subscription, { status: 'active' })
        : subscription;
    case 'paused':
      return isResumption(ctx, subscription, invoice) ? resumed(ctx, subscription) : subscription;
    default:
      return subscription;
  }
}

/** Only what resuming costs ends a pause, not what a change of the paused subscription bills. */
function isResumption(ctx: Context, subscription: Subscription, invoice: Stripe.Invoice): boolean {
  const { resumeBy = null } = ledgerOf(ctx, subscription.id);
  return resumeBy !== null && idOf(subscription.latest_invoice) === invoice.id;
}

/** Out of the status `paused`; also where nothing was to be paid for it. */
export function resumed(ctx: Context, subscription: Subscription): Subscription {
  const { status_details: _left, ...kept } = subscription;
  ctx.tx.put('subscription_ledgers', { ...ledgerOf(ctx, subscription.id), resumeBy: null });
  changeSubscription(ctx, { ...kept }, { status: 'active' });
  // What is told as one change is told as resumed after it.
  if (ledgerOf(ctx, subscription.id).announced) {
    emit(ctx, 'customer.subscription.resumed', findSubscription(ctx, subscription.id));
  }
  return findSubscription(ctx, subscription.id);
}

/** Whether the newest invoice that counts has been settled. */
function owesNothingNewer(ctx: Context, subscription: Subscription): boolean {
  const counting = invoicesOf(ctx, subscription.id).filter(({ status }) => status !== 'draft' && status !== 'void');
  return counting.at(-1)?.status !== 'open';
}

function saved(ctx: Context, subscription: Subscription, invoice: Stripe.Invoice): string | null {
  if (subscription.payment_settings?.save_default_payment_method !== 'on_subscription') return null;
  const method = idOf(intentOf(ctx, invoice.id)?.payment_method);
  return method === idOf(subscription.default_payment_method) ? null : method;
}

function fallBehind(ctx: Context, subscription: Subscription): Subscription {
  if (subscription.status !== 'active' && subscription.status !== 'trialing') return subscription;
  return changeSubscription(ctx, subscription, { status: 'past_due' });
}

function hasRetriesOver(ctx: Context, invoice: Stripe.Invoice): boolean {
  return invoice.attempt_count > ctx.settings.retryAfterDays.length;
}

function giveUp(ctx: Context, subscription: Subscription): void {
  const end = ctx.settings.afterLastRetry;
  if (end === 'cancel') cancelNow(ctx, subscription, 'payment_failed');
  if (end === 'unpaid') changeSubscription(ctx, subscription, { status: 'unpaid' });
}
