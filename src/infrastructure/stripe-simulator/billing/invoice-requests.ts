import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest, resourceMissing } from '../core/errors';
import { schedule, unschedule } from '../core/schedule';
import { pick } from '../core/pick';
import { mergeMetadata } from '../core/schema';
import { checkCurrency } from '../payments/currencies';
import { findCustomer } from '../payments/find-customer';
import { chosenDiscount, redeem, type DiscountOwner } from './discounts';
import { changeInvoice } from './invoice-change';
import { draftInvoice, finalizationTime, scheduleFinalization, type NewInvoice } from './invoice-draft';
import type { CreateInvoiceParams, UpdateInvoiceParams } from './invoice-params';
import { sumUpAgain } from './invoice-sum';
import type { DiscountParams } from './item-params';
import { idOf } from '../core/references';
import { customerOf } from './find-invoice';
import { pendingItems } from './pending-items';
import { findTaxRate } from './tax-rates';

const DAY = 86_400;
const HOUR = 3_600;
/** What of a final invoice may still be changed. */
const STILL_CHANGEABLE: ReadonlySet<string> = new Set([
  'auto_advance',
  'default_payment_method',
  'metadata',
  'payment_settings',
]);

/** What parameters alone tell. */
export function checkInvoiceParams(params: CreateInvoiceParams | UpdateInvoiceParams): void {
  if (params.automatic_tax?.enabled === true) {
    throw invalidRequest("The simulator does not support 'automatic_tax[enabled]' yet.", {
      param: 'automatic_tax[enabled]',
    });
  }
  if (params.due_date !== undefined && params.days_until_due !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: due_date, days_until_due.', {
      code: 'parameters_exclusive',
    });
  }
}

function checkCollection(method: string, hasDue: boolean): void {
  if (method === 'send_invoice' && !hasDue) {
    throw invalidRequest(
      "If invoice collection method is 'send_invoice', you must specify 'due_date' or 'days_until_due'.",
    );
  }
  if (method === 'charge_automatically' && hasDue) {
    throw invalidRequest(
      "You can only specify 'due_date' or 'days_until_due' if invoice collection method is 'send_invoice'.",
    );
  }
}

/** The draft that a request asks for. */
export function createInvoice(ctx: Context, params: CreateInvoiceParams): Stripe.Invoice {
  const customer = findCustomer(ctx, params.customer);
  const method = params.collection_method ?? 'charge_automatically';
  checkCollection(method, params.due_date !== undefined || params.days_until_due !== undefined);
  checkMethod(ctx, customer.id, params.default_payment_method);
  const subscription = params.subscription === undefined ? null : findSubscription(ctx, params.subscription);
  const include = params.pending_invoice_items_behavior === 'include' || subscription !== null;
  const currency = invoiceCurrency(ctx, customer, params.currency ?? subscription?.currency, include);
  if (subscription !== null && pendingItems(ctx, customer.id, currency, subscription.id).length === 0) {
    throw invalidRequest('Nothing to invoice for subscription', { code: 'invoice_no_subscription_line_items' });
  }
  const now = ctx.clock.now();
  return draftInvoice(ctx, {
    ...written(params),
    customer: customer.id,
    currency,
    subscription: subscription?.id ?? null,
    ...(subscription === null ? {} : { subscriptionMetadata: subscription.metadata }),
    billingReason: 'manual',
    collectionMethod: method,
    autoAdvance: params.auto_advance ?? false,
    lines: [],
    includePendingItems: include,
    period: { start: now, end: now },
    defaultTaxRates: (params.default_tax_rates ?? []).map((id) => findTaxRate(ctx, id, 'default_tax_rates').id),
    discounts: params.discounts === undefined ? null : discountIds(ctx, params.discounts, { customer: customer.id }),
  });
}

type Written =
  | 'automaticallyFinalizesAt'
  | 'customFields'
  | 'daysUntilDue'
  | 'defaultPaymentMethod'
  | 'description'
  | 'dueDate'
  | 'effectiveAt'
  | 'footer'
  | 'metadata'
  | 'number'
  | 'paymentSettings'
  | 'statementDescriptor';

/** What is taken over as it was given. */
function written(params: CreateInvoiceParams): Pick<NewInvoice, Written> {
  const types = params.payment_settings?.payment_method_types;
  return {
    ...optional('automaticallyFinalizesAt', params.automatically_finalizes_at),
    ...optional('customFields', params.custom_fields),
    ...optional('description', params.description),
    ...optional('dueDate', params.due_date),
    ...optional('effectiveAt', params.effective_at),
    ...optional('footer', params.footer),
    ...optional('number', params.number),
    ...optional('paymentSettings', types === undefined ? undefined : { payment_method_types: types }),
    ...optional('statementDescriptor', params.statement_descriptor),
    daysUntilDue: params.days_until_due ?? null,
    defaultPaymentMethod: params.default_payment_method ?? null,
    metadata: mergeMetadata({}, params.metadata ?? null),
  };
}

function optional<K extends Written>(name: K, value: NewInvoice[K] | undefined): Pick<NewInvoice, K> | object {
  return value === undefined ? {} : { [name]: value };
}

function findSubscription(ctx: Context, id: string): Stripe.Subscription {
  const found = ctx.tx.get('subscriptions', id);
  if (found === undefined) throw resourceMissing('subscription', id, 'subscription', 400);
  return found;
}

/** A draft can be changed in everything; what is final keeps what it says. */
export function updateInvoice(ctx: Context, before: Stripe.Invoice, params: UpdateInvoiceParams): Stripe.Invoice {
  checkChangeable(before, params);
  checkMethod(ctx, customerOf(before), params.default_payment_method);
  const after: Stripe.Invoice = {
    ...before,
    ...pick(params, [
      'custom_fields',
      'default_payment_method',
      'description',
      'effective_at',
      'footer',
      'number',
      'statement_descriptor',
    ]),
    ...collection(before, params),
    ...(params.default_tax_rates === undefined
      ? {}
      : { default_tax_rates: (params.default_tax_rates ?? []).map((id) => findTaxRate(ctx, id, 'default_tax_rates')) }),
    ...(params.discounts === undefined
      ? {}
      : { discounts: discountIds(ctx, params.discounts, { customer: customerOf(before), invoice: before.id }) }),
    ...(params.metadata === undefined ? {} : { metadata: mergeMetadata(before.metadata ?? {}, params.metadata) }),
    ...(params.payment_settings?.payment_method_types === undefined
      ? {}
      : {
          payment_settings: {
            ...before.payment_settings,
            payment_method_types: params.payment_settings.payment_method_types,
          },
        }),
  };
  const advancing = params.auto_advance === undefined ? after : advance(ctx, after, params);
  if (before.status !== 'draft') return changeInvoice(ctx, before, advancing);
  scheduleFinalization(ctx, advancing);
  return changeInvoice(ctx, before, sumUpAgain(ctx, advancing));
}

function checkChangeable(invoice: Stripe.Invoice, params: UpdateInvoiceParams): void {
  if (invoice.status === 'draft') return;
  for (const name of Object.keys(params)) {
    if (name === 'expand' || STILL_CHANGEABLE.has(name)) continue;
    throw invalidRequest("Finalized invoices can't be updated in this way", { param: name });
  }
}

function collection(before: Stripe.Invoice, params: UpdateInvoiceParams): Partial<Stripe.Invoice> {
  const method = params.collection_method ?? before.collection_method;
  const days = params.days_until_due;
  const given = params.due_date ?? (days === undefined ? undefined : before.created + days * DAY);
  if (params.collection_method === undefined && given === undefined) return {};
  const due = given ?? (method === 'send_invoice' ? before.due_date : null);
  checkCollection(method, due !== null);
  return { collection_method: method, due_date: due };
}

function advance(ctx: Context, invoice: Stripe.Invoice, params: UpdateInvoiceParams): Stripe.Invoice {
  const autoAdvance = params.auto_advance === true;
  const charged = autoAdvance && invoice.collection_method === 'charge_automatically';
  if (invoice.status === 'draft') {
    const finalizesAt = params.automatically_finalizes_at ?? finalizationTime(invoice.created, autoAdvance);
    return {
      ...invoice,
      auto_advance: autoAdvance,
      automatically_finalizes_at: finalizesAt,
      next_payment_attempt: charged ? invoice.created + HOUR : null,
    };
  }
  if (invoice.status !== 'open') return invoice;
  unschedule(ctx, 'collect_invoice', invoice.id);
  const next = charged && !invoice.attempted ? ctx.clock.now() + HOUR : null;
  if (next !== null) schedule(ctx, 'collect_invoice', invoice.id, next * 1000);
  return {
    ...invoice,
    auto_advance: autoAdvance,
    next_payment_attempt: invoice.attempted && autoAdvance ? invoice.next_payment_attempt : next,
  };
}

function checkMethod(ctx: Context, customer: string, method: string | undefined): void {
  if (method === undefined) return;
  const found = ctx.tx.get('payment_methods', method);
  if (found === undefined) throw resourceMissing('PaymentMethod', method, 'default_payment_method', 400);
  if (idOf(found.customer) === customer) return;
  throw invalidRequest(
    `The customer does not have a payment method with the ID ${method}. The payment method must be attached to the customer.`,
    { code: 'resource_missing', param: 'default_payment_method' },
  );
}

/** As given, or else as what waits for the customer, or else as the customer's earlier invoices. */
function invoiceCurrency(ctx: Context, customer: Stripe.Customer, given: string | undefined, include: boolean): string {
  if (given !== undefined) return checkCurrency(given);
  const waiting = include
    ? ctx.tx.where('invoice_items', 'customer', customer.id).find((item) => item.invoice === null)
    : undefined;
  return waiting?.currency ?? customer.currency ?? 'gbp';
}

function discountIds(ctx: Context, given: DiscountParams, owner: DiscountOwner): string[] {
  return (given ?? []).map((choice, at) => {
    return redeem(ctx, chosenDiscount(ctx, choice, owner, `discounts[${String(at)}]`)).id;
  });
}
