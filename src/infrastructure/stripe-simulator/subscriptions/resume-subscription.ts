import type Stripe from 'stripe';
import { idOf } from '../core/references';
import type { NewInvoice } from '../billing/invoice-draft';
import { voidInvoice } from '../billing/invoice-end';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import { billNow } from './bill-now';
import { cadenceOf, periodOf } from './cadence';
import { resumed } from './collection';
import { invoiceFor } from './new-invoice';
import { FIRST_PAYMENT_TIME } from './next-turn';
import { chargePeriod } from './period-lines';
import { periodAround } from './periods';
import { quietly } from './quietly';
import type { ResumeSubscriptionParams } from './subscription-params';
import { findSubscription, itemsOf, ledgerOf, storeSubscription } from './subscription-rows';

type Subscription = Stripe.Subscription;

/** Active again at once where nothing is to be paid, or else with the payment of its invoice. */
export function resumeSubscription(ctx: Context, before: Subscription, params: ResumeSubscriptionParams): Subscription {
  if (before.status !== 'paused') {
    throw invalidRequest(
      `Subscriptions can only be resumed if their status is \`paused\`; this one is \`${before.status}\`.`,
    );
  }
  const isKept = params.billing_cycle_anchor?.type === 'unchanged' && periodOf(before).end > ctx.clock.now();
  if (isKept) return resumed(ctx, before);
  const resumeBy = ctx.clock.now() + FIRST_PAYMENT_TIME;
  ctx.tx.put('subscription_ledgers', { ...ledgerOf(ctx, before.id), resumeBy });
  quietly(ctx, before, () => {
    billNow(ctx, restarted(ctx, before, params), { behavior: 'allow_incomplete', offSession: false });
  });
  const after = findSubscription(ctx, before.id);
  const invoice = ctx.tx.get('invoices', idOf(after.latest_invoice) ?? '');
  if (after.status !== 'paused') {
    emit(ctx, 'customer.subscription.resumed', after);
    return findSubscription(ctx, after.id);
  }
  return invoice?.status === 'open' ? after : resumed(ctx, after);
}

/** Its invoice was not paid in time, so it stays paused. */
export function giveUpResumption(ctx: Context, subscription: Subscription): void {
  const ledger = ledgerOf(ctx, subscription.id);
  ctx.tx.put('subscription_ledgers', { ...ledger, resumeBy: null });
  const invoice = ctx.tx.get('invoices', idOf(subscription.latest_invoice) ?? '');
  if (invoice?.status === 'open' && invoice.billing_reason === 'subscription_update') voidInvoice(ctx, invoice.id);
}

function restarted(ctx: Context, before: Subscription, params: ResumeSubscriptionParams): NewInvoice {
  const now = ctx.clock.now();
  const anchor = params.billing_cycle_anchor?.type === 'unchanged' ? before.billing_cycle_anchor : now;
  const { end } = periodAround(now, anchor, cadenceOf(before));
  const items = itemsOf(ctx, before.id).map((item) => ({
    ...item,
    current_period_start: now,
    current_period_end: end,
  }));
  const subscription = storeSubscription(ctx, { ...before, billing_cycle_anchor: anchor }, items);
  const { lines, debits } = chargePeriod(ctx, subscription, items, { start: now, end });
  ctx.tx.put('subscription_ledgers', { ...ledgerOf(ctx, before.id), debits });
  return invoiceFor(subscription, {
    billingReason: 'subscription_update',
    lines,
    period: { start: now, end: now },
    autoAdvance: true,
  });
}
