import type Stripe from 'stripe';
import type { NewInvoice } from '../billing/invoice-draft';
import type { NewLine } from '../billing/invoice-lines';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import { newId } from '../core/ids';
import { mergeMetadata } from '../core/schema';
import { findCustomer } from '../payments/find-customer';
import { addedLines } from './added-lines';
import { checkSubscriptionsOnClock } from './advance-test-clock';
import { billNow, type Payment } from './bill-now';
import { hasEnded } from './cadence';
import { trialSettings } from './described';
import { cancelAtOf } from './cancel-time';
import { firstCycle, type FirstCycle } from './first-cycle';
import { changedItems, type ItemChange } from './item-changes';
import { invoiceFor } from './new-invoice';
import { TRIAL_NOTICE } from './next-turn';
import { chargePeriod } from './period-lines';
import { findTaxRates, methodOf, resolveItems, takeDiscounts } from './resolve-params';
import { setUpMethod } from './setup';
import type { CreateSubscriptionParams } from './subscription-params';
import { findSubscription, ledgerOf, storeSubscription } from './subscription-rows';

type Subscription = Stripe.Subscription;

export function createSubscription(ctx: Context, params: CreateSubscriptionParams): Subscription {
  checkSubscriptionsOnClock(ctx, params.customer);
  const { subscription, invoice } = prepareSubscription(ctx, params);
  const payment: Payment = {
    behavior: params.payment_behavior ?? 'allow_incomplete',
    offSession: params.off_session ?? false,
  };
  if (invoice !== null) pay(ctx, invoice, payment);
  setUpMethod(ctx, subscription.id, payment.behavior);
  ctx.tx.put('subscription_ledgers', { ...ledgerOf(ctx, subscription.id), announced: true });
  const made = findSubscription(ctx, subscription.id);
  emit(ctx, 'customer.subscription.created', made);
  if (made.trial_end !== null && made.trial_end - ctx.clock.now() <= TRIAL_NOTICE) {
    emit(ctx, 'customer.subscription.trial_will_end', made);
  }
  return findSubscription(ctx, subscription.id);
}

/** Stores the subscription without telling of it, and answers its first invoice; a preview does the same. */
export function prepareSubscription(
  ctx: Context,
  params: CreateSubscriptionParams,
): { subscription: Subscription; invoice: NewInvoice | null } {
  const customer = findCustomer(ctx, params.customer);
  const id = newId('sub');
  const changes = resolveItems(ctx, id, params.items ?? [], customer.id);
  const cycle = firstCycle(ctx, params, firstPrice(changes));
  const items = changedItems(ctx, id, [], changes, cycle.period);
  const subscription = storeSubscription(ctx, newSubscription(ctx, id, params, customer, cycle, changes), items);
  const { lines, debits } = chargePeriod(ctx, subscription, items, cycle.period);
  ctx.tx.put('subscription_ledgers', { id, announced: false, debits: cycle.isFree ? {} : debits });
  const extra = addedLines(ctx, subscription, params.add_invoice_items ?? []);
  return {
    subscription,
    invoice: firstInvoice(subscription, [...(cycle.isFree ? [] : lines), ...extra], ctx.clock.now()),
  };
}

/** Without anything to bill there is no invoice. */
function firstInvoice(subscription: Subscription, lines: readonly NewLine[], now: number): NewInvoice | null {
  if (lines.length === 0) return null;
  return invoiceFor(subscription, {
    billingReason: 'subscription_create',
    lines,
    period: { start: now, end: now },
    // The first payment is the customer's to make; Stripe tries it only once.
    autoAdvance: subscription.collection_method === 'send_invoice',
  });
}

function pay(ctx: Context, spec: NewInvoice, payment: Payment): void {
  if (payment.behavior === 'pending_if_incomplete') {
    throw invalidRequest('`payment_behavior=pending_if_incomplete` can only be used when updating a subscription.', {
      param: 'payment_behavior',
    });
  }
  billNow(ctx, spec, payment);
}

function firstPrice(changes: readonly ItemChange[]): Stripe.Price {
  const price = changes[0]?.price;
  if (price !== undefined) return price;
  throw invalidRequest('Missing required param: items.', { code: 'parameter_missing', param: 'items' });
}

function newSubscription(
  ctx: Context,
  id: string,
  params: CreateSubscriptionParams,
  customer: Stripe.Customer,
  cycle: FirstCycle,
  changes: readonly ItemChange[],
): Subscription {
  const now = ctx.clock.now();
  const price = firstPrice(changes);
  checkCurrency(params, price);
  checkOtherSubscriptions(ctx, customer.id, price.currency);
  const { default_payment_method: method } = params;
  return {
    ...NOTHING_MORE,
    ...collection(params),
    ...ending(params, cycle, now),
    ...presentation(params),
    id,
    billing_cycle_anchor: cycle.anchor,
    billing_cycle_anchor_config: cycle.config,
    created: now,
    currency: price.currency,
    customer: customer.id,
    default_payment_method: typeof method === 'string' ? methodOf(ctx, method, customer.id) : null,
    default_tax_rates: findTaxRates(ctx, params.default_tax_rates ?? null, 'default_tax_rates'),
    discounts: takeDiscounts(ctx, params.discounts ?? null, { customer: customer.id, subscription: id }, 'discounts'),
    start_date: now,
    status: firstStatus(params, cycle),
    test_clock: ctx.testClock,
    trial_end: cycle.trialEnd,
    trial_settings: trialSettings(params.trial_settings),
    trial_start: cycle.trialEnd === null ? null : now,
  };
}

function firstStatus(params: CreateSubscriptionParams, cycle: FirstCycle): Subscription['status'] {
  if (cycle.trialEnd !== null) return 'trialing';
  return params.collection_method === 'send_invoice' || cycle.isFree ? 'active' : 'incomplete';
}

function collection(
  params: CreateSubscriptionParams,
): Pick<Subscription, 'billing_mode' | 'collection_method' | 'days_until_due' | 'payment_settings'> {
  const isSent = params.collection_method === 'send_invoice';
  checkDays(params, isSent);
  const isClassic = params.billing_mode?.type === 'classic';
  const settings = params.payment_settings ?? {};
  return {
    billing_mode: isClassic
      ? { flexible: null, type: 'classic' }
      : { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    collection_method: isSent ? 'send_invoice' : 'charge_automatically',
    days_until_due: isSent ? (params.days_until_due ?? 30) : null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: settings.payment_method_types ?? null,
      save_default_payment_method: settings.save_default_payment_method ?? 'off',
    },
  };
}

function ending(
  params: CreateSubscriptionParams,
  cycle: FirstCycle,
  now: number,
): Pick<Subscription, 'cancel_at' | 'cancel_at_period_end' | 'canceled_at'> {
  const cancelAt = cancelAtOf(params, cycle.period, now);
  return {
    cancel_at: cancelAt,
    cancel_at_period_end: params.cancel_at_period_end ?? false,
    canceled_at: cancelAt === null ? null : now,
  };
}

function presentation(
  params: CreateSubscriptionParams,
): Pick<Subscription, 'description' | 'invoice_settings' | 'metadata'> {
  const { custom_fields: fields, description, footer } = params.invoice_settings ?? {};
  return {
    description: params.description ?? null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: fields ?? null,
      description: description ?? null,
      footer: footer ?? null,
      issuer: { type: 'self' },
    },
    metadata: mergeMetadata({}, params.metadata ?? null),
  };
}

/** They are put in when it is stored. */
const NO_ITEMS: Subscription['items'] = { object: 'list', data: [], has_more: false, url: '' };

const NOTHING_MORE = {
  object: 'subscription',
  application: null,
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_schedules: [] as Stripe.Subscription.BillingSchedule[],
  billing_thresholds: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  customer_account: null,
  default_source: null,
  ended_at: null,
  items: NO_ITEMS,
  latest_invoice: null,
  livemode: false,
  managed_payments: null,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  transfer_data: null,
} as const satisfies Partial<Subscription>;

function checkCurrency({ currency }: CreateSubscriptionParams, price: Stripe.Price): void {
  if (currency === undefined || currency.toLowerCase() === price.currency) return;
  throw invalidRequest(
    `The price specified only supports \`${price.currency}\`. This doesn't match the expected currency: \`${currency.toLowerCase()}\`.`,
    { param: 'currency' },
  );
}

/** A customer is billed in one currency at a time. */
function checkOtherSubscriptions(ctx: Context, customer: string, currency: string): void {
  const other = ctx.tx
    .where('subscriptions', 'customer', customer)
    .find((subscription) => !hasEnded(subscription) && subscription.currency !== currency);
  if (other === undefined) return;
  throw invalidRequest(
    `You cannot combine currencies on a single customer. This customer has an active subscription, subscription schedule, discount, quote, or invoice item with currency ${other.currency}.`,
  );
}

function checkDays({ days_until_due: days }: { days_until_due?: number }, isSent: boolean): void {
  if (days === undefined || isSent) return;
  throw invalidRequest('You can only set `days_until_due` if `collection_method` is `send_invoice`.', {
    param: 'days_until_due',
  });
}
