import type Stripe from 'stripe';
import { idOf } from '../core/references';
import { previewInvoice, type NewInvoice } from '../billing/invoice-draft';
import { createItem } from '../billing/invoice-item';
import type { Context } from '../core/context';
import { ApiError, invalidRequest, parameterMissing } from '../core/errors';
import { pick } from '../core/pick';
import { ok, route, type Route } from '../core/router';
import { onClockOf } from '../core/test-time';
import { Faults } from '../faults/faults';
import { findCustomer } from '../payments/find-customer';
import { creditRest, finalInvoice } from './cancel-subscription';
import { hasEnded, periodOf } from './cadence';
import { prepareSubscription } from './new-subscription';
import { createPreviewShape, type CreatePreviewParams, type PreviewItem } from './preview-params';
import { takeDiscounts } from './resolve-params';
import type { PreviewDetails, UpdateSubscriptionParams } from './subscription-params';
import { findSubscription } from './subscription-rows';
import { renewed } from './turn';
import { changed } from './update-subscription';

type Subscription = Stripe.Subscription;

export const previewRoutes: readonly Route[] = [
  route('POST', '/v1/invoices/create_preview', {
    shape: createPreviewShape,
    handle: (ctx, params) => ok(preview(scratch(ctx), params)),
  }),
];

/** Where the change itself is made, to see what it would bill, and then thrown away with all that it told. */
function scratch(ctx: Context): Context {
  return { ...ctx, tx: ctx.tx.fork(), deliveries: [], faults: new Faults() };
}

function preview(request: Context, params: CreatePreviewParams): Stripe.Invoice {
  const subscription = params.subscription === undefined ? null : named(request, params.subscription);
  const customer = customerOf(request, params, subscription);
  const ctx = onClockOf(request, customer);
  for (const item of params.invoice_items ?? []) addItem(ctx, customer, item, params.currency);
  const spec = specOf(ctx, params, customer, subscription);
  const discounts =
    params.discounts === undefined ? spec.discounts : takeDiscounts(ctx, params.discounts, { customer }, 'discounts');
  return previewInvoice(atStartOf(ctx, spec), { ...spec, billingReason: 'upcoming', discounts });
}

function specOf(
  ctx: Context,
  params: CreatePreviewParams,
  customer: string,
  subscription: Subscription | null,
): NewInvoice {
  const { subscription_details: details } = params;
  if (subscription !== null) return changedSpec(ctx, subscription, details);
  if (details?.items !== undefined) return newSpec(ctx, customer, details);
  const next = soonest(ctx, customer);
  if (next === null) throw nothingUpcoming(`No upcoming invoices for customer: ${customer}`);
  return upcoming(ctx, next);
}

function changedSpec(ctx: Context, subscription: Subscription, details: PreviewDetails | undefined): NewInvoice {
  if (details?.cancel_now === true) return canceledSpec(ctx, subscription, details);
  if (details === undefined) return upcoming(ctx, subscription);
  const { subscription: after, invoice } = changed(ctx, subscription, updateOf(details));
  return invoice ?? upcoming(ctx, after);
}

function canceledSpec(ctx: Context, subscription: Subscription, details: PreviewDetails): NewInvoice {
  if (details.proration_behavior !== 'none') creditRest(ctx, subscription);
  const spec = finalInvoice(ctx, subscription);
  if (spec === null) throw nothingUpcoming(`No upcoming invoices for subscription: ${subscription.id}`);
  return spec;
}

function newSpec(ctx: Context, customer: string, details: PreviewDetails): NewInvoice {
  const { items = [], trial_end: trialEnd, billing_cycle_anchor: anchor } = details;
  const { invoice } = prepareSubscription(ctx, {
    customer,
    items,
    ...pick(details, ['billing_mode', 'cancel_at', 'cancel_at_period_end', 'default_tax_rates', 'proration_behavior']),
    ...(trialEnd === undefined ? {} : { trial_end: trialEnd }),
    ...(anchor?.timestamp === undefined ? {} : { billing_cycle_anchor: anchor.timestamp }),
  });
  if (invoice === null) throw nothingUpcoming(`No upcoming invoices for customer: ${customer}`);
  return invoice;
}

function updateOf(details: PreviewDetails): UpdateSubscriptionParams {
  const { billing_cycle_anchor: anchor } = details;
  if (anchor?.type === 'timestamp') {
    throw invalidRequest("An existing subscription's `billing_cycle_anchor` can only be `now` or `unchanged`.", {
      param: 'subscription_details[billing_cycle_anchor]',
    });
  }
  return {
    ...pick(details, [
      'cancel_at',
      'cancel_at_period_end',
      'default_tax_rates',
      'items',
      'metadata',
      'proration_behavior',
      'proration_date',
      'trial_end',
    ]),
    ...(anchor === undefined ? {} : { billing_cycle_anchor: { type: anchor.type } }),
  };
}

/** What the next renewal will bill. */
function upcoming(ctx: Context, subscription: Subscription): NewInvoice {
  const { cancel_at: cancelAt } = subscription;
  const ends = cancelAt !== null && cancelAt <= periodOf(subscription).end;
  if (ends || hasEnded(subscription) || subscription.status === 'paused') {
    throw nothingUpcoming(`No upcoming invoices for subscription: ${subscription.id}`);
  }
  return renewed(ctx, subscription).invoice;
}

/** What a renewal will bill is dated by the renewal, so that a discount that ends before is not in it. */
function atStartOf(ctx: Context, { billingReason, period }: NewInvoice): Context {
  if (billingReason !== 'subscription_cycle') return ctx;
  return { ...ctx, clock: { now: () => period.end, nowMs: () => period.end * 1000 } };
}

function soonest(ctx: Context, customer: string): Subscription | null {
  const living = ctx.tx
    .where('subscriptions', 'customer', customer)
    .filter((subscription) => !hasEnded(subscription) && subscription.status !== 'paused');
  return living.sort((a, b) => periodOf(a).end - periodOf(b).end)[0] ?? null;
}

function named(ctx: Context, id: string): Subscription {
  return findSubscription(ctx, id, 'subscription', 404);
}

function customerOf(ctx: Context, params: CreatePreviewParams, subscription: Subscription | null): string {
  const of = subscription === null ? null : idOf(subscription.customer);
  const customer = params.customer ?? of;
  if (customer === null) throw parameterMissing('customer');
  if (of !== null && of !== customer) {
    throw invalidRequest(`The customer ${customer} is not the customer of the subscription.`, { param: 'customer' });
  }
  return findCustomer(ctx, customer).id;
}

function addItem(ctx: Context, customer: string, item: PreviewItem, currency: string | undefined): void {
  const { price, price_data: data, unit_amount: unit, unit_amount_decimal: decimal, ...rest } = item;
  const unitAmount = decimal ?? unit?.toString();
  createItem(ctx, {
    ...(currency === undefined ? {} : { currency }),
    ...rest,
    customer,
    ...(price === undefined ? {} : { pricing: { price } }),
    ...(data === undefined ? {} : { price_data: data }),
    ...(unitAmount === undefined ? {} : { unit_amount_decimal: unitAmount }),
  });
}

function nothingUpcoming(message: string): ApiError {
  return new ApiError(404, { type: 'invalid_request_error', code: 'invoice_upcoming_none', message });
}
