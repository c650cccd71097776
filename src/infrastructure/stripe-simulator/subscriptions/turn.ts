import type Stripe from 'stripe';
import type { NewInvoice } from '../billing/invoice-draft';
import { previewInvoice } from '../billing/invoice-draft';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { draftLatest, holdBack, isHeld } from './draft-latest';
import { cadenceOf, hasEnded, periodOf } from './cadence';
import { defaultMethod } from './default-method';
import { cancelNow, expire } from './end-subscription';
import { invoiceFor } from './new-invoice';
import { FIRST_PAYMENT_TIME, TRIAL_NOTICE } from './next-turn';
import { chargePeriod } from './period-lines';
import { DAY, periodAround, type Period } from './periods';
import { pause } from './pause-subscription';
import { quietly } from './quietly';
import { giveUpResumption } from './resume-subscription';
import { changeSubscription, itemsOf, ledgerOf, storeSubscription } from './subscription-rows';

type Subscription = Stripe.Subscription;

/** Something is due for the subscription: a notice, the end of a pause, of a trial, of a period, or its own. */
export function turn(ctx: Context, id: string): void {
  const subscription = ctx.tx.get('subscriptions', id);
  if (subscription === undefined || hasEnded(subscription)) return;
  if (subscription.status === 'paused') {
    giveUpResumption(ctx, subscription);
    return;
  }
  const now = ctx.clock.now();
  if (subscription.status === 'incomplete') {
    if (now >= subscription.created + FIRST_PAYMENT_TIME) expire(ctx, subscription);
    return;
  }
  giveNotices(ctx, subscription, now);
  const collected = resumeCollection(ctx, subscription, now);
  if (collected.cancel_at !== null && collected.cancel_at <= now) {
    cancelNow(ctx, collected, 'cancellation_requested');
    return;
  }
  if (periodOf(collected).end <= now) beginPeriod(ctx, collected);
  // Sets the next turn, also where nothing else was changed.
  else changeSubscription(ctx, collected, {});
}

function giveNotices(ctx: Context, subscription: Subscription, now: number): void {
  if (subscription.status === 'trialing' && subscription.trial_end === now + TRIAL_NOTICE) {
    emit(ctx, 'customer.subscription.trial_will_end', subscription);
  }
  const notice = periodOf(subscription).end - ctx.settings.upcomingInvoiceDays * DAY;
  if (notice !== now || subscription.cancel_at !== null) return;
  emit(ctx, 'invoice.upcoming', previewInvoice(ctx, upcomingInvoice(ctx, subscription)));
}

function resumeCollection(ctx: Context, subscription: Subscription, now: number): Subscription {
  const until = subscription.pause_collection?.resumes_at ?? null;
  return until === null || until > now
    ? subscription
    : changeSubscription(ctx, subscription, { pause_collection: null });
}

function beginPeriod(ctx: Context, before: Subscription): void {
  if (before.status === 'trialing' && defaultMethod(ctx, before) === null && !endTrialUnpaid(ctx, before)) return;
  quietly(ctx, before, () => {
    const { invoice } = renewed(ctx, before);
    if (isHeld(before)) holdBack(ctx, invoice, before);
    else draftLatest(ctx, invoice);
  });
}

/** Stores the next period, and answers the invoice for it; a preview does the same and throws it away. */
export function renewed(ctx: Context, before: Subscription): { subscription: Subscription; invoice: NewInvoice } {
  const last = periodOf(before);
  const period = nextPeriod(before);
  const status = before.status === 'trialing' ? 'active' : before.status;
  const items = itemsOf(ctx, before.id).map((item) => ({
    ...item,
    current_period_start: period.start,
    current_period_end: period.end,
  }));
  const isCanceled = before.cancel_at_period_end ? { cancel_at: period.end } : {};
  const subscription = storeSubscription(ctx, { ...before, ...isCanceled, status }, items);
  const { lines, debits } = chargePeriod(ctx, subscription, items, period);
  ctx.tx.put('subscription_ledgers', { ...ledgerOf(ctx, before.id), debits });
  const invoice = invoiceFor(subscription, {
    billingReason: 'subscription_cycle',
    lines,
    period: last,
    autoAdvance: true,
  });
  return { subscription, invoice };
}

/** What the next renewal would bill, leaving everything as it is. */
function upcomingInvoice(ctx: Context, before: Subscription): NewInvoice {
  const scratch = { ...ctx, tx: ctx.tx.fork() };
  return { ...renewed(scratch, before).invoice, billingReason: 'upcoming' };
}

function nextPeriod(subscription: Subscription): Period {
  const { end: start } = periodOf(subscription);
  const { end } = periodAround(start, subscription.billing_cycle_anchor, cadenceOf(subscription));
  const { cancel_at: cancelAt, cancel_at_period_end: atEnd } = subscription;
  return { start, end: cancelAt !== null && !atEnd && cancelAt < end ? cancelAt : end };
}

/** A trial ends and nothing is there to pay with; whether the first period begins nevertheless. */
function endTrialUnpaid(ctx: Context, subscription: Subscription): boolean {
  if (subscription.collection_method === 'send_invoice') return true;
  switch (subscription.trial_settings?.end_behavior.missing_payment_method) {
    case 'cancel':
      cancelNow(ctx, subscription, null);
      return false;
    case 'pause':
      pause(ctx, subscription, 'trial_end_without_payment_method');
      return false;
    default:
      return true;
  }
}
