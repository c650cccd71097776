import type Stripe from 'stripe';
import { idOf } from '../core/references';
import type { NewInvoice } from '../billing/invoice-draft';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import { TRIAL_NOTICE } from './next-turn';
import { addedLines } from './added-lines';
import { applyChange, type Applied, type Change } from './apply-change';
import { billNow, type Payment } from './bill-now';
import { hasEnded } from './cadence';
import { described } from './described';
import { moveEnd } from './move-end';
import type { PendingItem } from './prorations';
import { quietly } from './quietly';
import { resolveItems } from './resolve-params';
import type { UpdateSubscriptionParams } from './subscription-params';
import { changeSubscription, findSubscription, itemsOf, storeSubscription } from './subscription-rows';

type Subscription = Stripe.Subscription;

export function updateSubscription(ctx: Context, before: Subscription, params: UpdateSubscriptionParams): Subscription {
  checkChangeable(before, params);
  const payment: Payment = {
    behavior: params.payment_behavior ?? 'allow_incomplete',
    offSession: params.off_session ?? false,
  };
  quietly(ctx, before, () => {
    const { pending, invoice } = changed(ctx, before, params);
    for (const item of pending) emit(ctx, 'invoiceitem.created', item);
    if (invoice !== null) bill(ctx, invoice, payment);
  });
  const after = findSubscription(ctx, before.id);
  if (isTrialOver(before, after, ctx.clock.now())) emit(ctx, 'customer.subscription.trial_will_end', after);
  return findSubscription(ctx, before.id);
}

/** Stores all of the change but payments, and tells nothing; a preview does the same and throws it away. */
export function changed(ctx: Context, before: Subscription, params: UpdateSubscriptionParams): Applied {
  const plain = storeSubscription(ctx, described(ctx, before, params), itemsOf(ctx, before.id));
  const moved = isEnding(params) ? moveEnd(ctx, plain, params.proration_behavior ?? 'create_prorations') : [];
  const change: Change = {
    items: resolveItems(ctx, before.id, params.items ?? [], idOf(before.customer) ?? ''),
    proration: params.proration_behavior ?? 'create_prorations',
    prorationDate: params.proration_date ?? null,
    anchor: params.billing_cycle_anchor?.type ?? 'unchanged',
    trialEnd: params.trial_end ?? null,
  };
  const applied = applyChange(ctx, findSubscription(ctx, before.id), change);
  const extra = addedLines(ctx, applied.subscription, params.add_invoice_items ?? []);
  if (extra.length > 0 && applied.invoice === null) {
    throw invalidRequest('The simulator supports `add_invoice_items` only with a change that is invoiced at once.', {
      param: 'add_invoice_items',
    });
  }
  const pending: PendingItem[] = [...moved, ...applied.pending];
  return { ...applied, pending, invoice: withLines(applied.invoice, extra) };
}

function withLines(invoice: NewInvoice | null, extra: NewInvoice['lines']): NewInvoice | null {
  return invoice === null ? null : { ...invoice, lines: [...invoice.lines, ...extra] };
}

function isEnding(params: UpdateSubscriptionParams): boolean {
  return params.cancel_at !== undefined || params.cancel_at_period_end !== undefined;
}

function bill(ctx: Context, spec: NewInvoice, payment: Payment): void {
  if (payment.behavior === 'pending_if_incomplete') {
    throw invalidRequest('The simulator does not support pending updates yet.', { param: 'payment_behavior' });
  }
  const invoice = billNow(ctx, spec, payment);
  const subscription = findSubscription(ctx, spec.subscription ?? '');
  const isAwaited = payment.behavior === 'default_incomplete' && invoice.status === 'open';
  if (isAwaited && subscription.status === 'active') changeSubscription(ctx, subscription, { status: 'past_due' });
}

function isTrialOver(before: Subscription, after: Subscription, now: number): boolean {
  if (before.trial_end === after.trial_end || after.trial_end === null) return false;
  return after.trial_end - now <= TRIAL_NOTICE;
}

const ALWAYS_CHANGEABLE = ['cancellation_details', 'expand', 'metadata'];
/** Before its first invoice is paid, what is billed is settled. */
const BILLED = ['items', 'trial_end', 'billing_cycle_anchor', 'add_invoice_items', 'discounts', 'cancel_at_period_end'];

function checkChangeable(subscription: Subscription, params: UpdateSubscriptionParams): void {
  const names = Object.keys(params);
  if (hasEnded(subscription) && names.some((name) => !ALWAYS_CHANGEABLE.includes(name))) {
    throw invalidRequest('A canceled subscription can only update its cancellation_details and metadata.');
  }
  const refused = subscription.status === 'incomplete' ? names.find((name) => BILLED.includes(name)) : undefined;
  if (refused === undefined) return;
  throw invalidRequest(
    `You cannot update \`${refused}\` of a subscription in \`incomplete\` status. Its first invoice has to be paid before.`,
    { param: refused },
  );
}
