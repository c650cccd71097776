import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import { newId } from '../core/ids';
import { schedule, unschedule } from '../core/schedule';
import { findCustomer } from '../payments/find-customer';
import { discountFor, discountTerm, redeem } from './discounts';
import { idOf } from '../core/references';
import { findInvoice } from './find-invoice';
import { newLine, type NewLine } from './invoice-lines';
import { ratesOf, summed, type DraftLine } from './invoice-sum';
import { lineOfItem, pendingItems } from './pending-items';

const HOUR = 3_600;
/** Stripe's draft is due to become final a second later than it is to be paid. */
const UNTIL_FINAL = HOUR + 1;

export interface NewInvoice {
  customer: string;
  currency: string;
  subscription: string | null;
  billingReason: Stripe.Invoice.BillingReason;
  collectionMethod: 'charge_automatically' | 'send_invoice';
  daysUntilDue: number | null;
  autoAdvance: boolean;
  lines: readonly NewLine[];
  /** Takes up what waits for this customer, and of a subscription's items those of this one. */
  includePendingItems: boolean;
  period: { start: number; end: number };
  defaultPaymentMethod: string | null;
  defaultTaxRates: readonly string[];
  /** Ids of discounts, promotion codes or coupons; null takes the subscription's, or else the customer's. */
  discounts: readonly string[] | null;
  subscriptionMetadata?: Stripe.Metadata;
  description?: string | null;
  footer?: string | null;
  metadata?: Stripe.Metadata;
  dueDate?: number | null;
  statementDescriptor?: string | null;
  customFields?: Stripe.Invoice.CustomField[] | null;
  paymentSettings?: Partial<Stripe.Invoice.PaymentSettings>;
  automaticallyFinalizesAt?: number;
  number?: string | null;
  effectiveAt?: number | null;
}

/** Stores a draft and announces it; with `autoAdvance` it becomes final an hour later. */
export function draftInvoice(ctx: Context, spec: NewInvoice): Stripe.Invoice {
  const { invoice, lines, draft } = computed(ctx, spec, newId('in'), true);
  lines.forEach((line, at) => {
    ctx.tx.put('invoice_lines', line);
    ctx.tx.put('line_terms', { id: line.id, taxRates: draft[at]?.taxRates ?? [], position: at });
    const item = ctx.tx.get('invoice_items', line.parent?.invoice_item_details?.invoice_item ?? '');
    if (item !== undefined) ctx.tx.put('invoice_items', { ...item, invoice: invoice.id });
  });
  ctx.tx.put('invoices', invoice);
  scheduleFinalization(ctx, invoice);
  rememberCurrency(ctx, invoice);
  emit(ctx, 'invoice.created', invoice);
  return findInvoice(ctx, invoice.id);
}

/** What such an invoice would be; nothing is stored. */
export function previewInvoice(ctx: Context, spec: NewInvoice): Stripe.Invoice {
  const { invoice } = computed(ctx, spec, newId('in').replace('in_', 'upcoming_in_'), false);
  return invoice;
}

export function deleteDraft(ctx: Context, id: string): void {
  const invoice = findInvoice(ctx, id);
  if (invoice.status !== 'draft') {
    throw invalidRequest('You can only delete draft invoices.');
  }
  unschedule(ctx, 'finalize_invoice', id);
  for (const line of ctx.tx.where('invoice_lines', 'invoice', id)) {
    ctx.tx.delete('invoice_lines', line.id);
    ctx.tx.delete('line_terms', line.id);
  }
  for (const item of ctx.tx.where('invoice_items', 'invoice', id)) ctx.tx.delete('invoice_items', item.id);
  ctx.tx.delete('invoices', id);
  emit(ctx, 'invoice.deleted', invoice);
}

export function scheduleFinalization(ctx: Context, invoice: Stripe.Invoice): void {
  unschedule(ctx, 'finalize_invoice', invoice.id);
  const due = invoice.automatically_finalizes_at;
  if (due !== null) schedule(ctx, 'finalize_invoice', invoice.id, due * 1000);
}

export function finalizationTime(created: number, autoAdvance: boolean): number | null {
  return autoAdvance ? created + UNTIL_FINAL : null;
}

function computed(
  ctx: Context,
  spec: NewInvoice,
  id: string,
  store: boolean,
): { invoice: Stripe.Invoice; lines: Stripe.InvoiceLineItem[]; draft: DraftLine[] } {
  const customer = findCustomer(ctx, spec.customer);
  const discounts = discountsOf(ctx, spec, customer, store ? id : null);
  if (store) for (const discount of discounts) redeem(ctx, discount);
  const blank: Stripe.Invoice = {
    ...blankInvoice(ctx, spec, customer, id),
    discounts: discounts.map((discount) => discount.id),
  };
  const own = spec.lines.map((line): DraftLine => ({
    line: newLine(ctx, line, spec.currency, id),
    taxRates: line.taxRates,
  }));
  const pending = spec.includePendingItems
    ? pendingItems(ctx, spec.customer, spec.currency, spec.subscription).map((item) => lineOfItem(ctx, item, id))
    : [];
  const draft = [...pending, ...own];
  const terms = discounts.flatMap((discount) => discountTerm(ctx, discount) ?? []);
  return { ...summed(ctx, blank, draft, terms), draft };
}

function discountsOf(
  ctx: Context,
  spec: NewInvoice,
  customer: Stripe.Customer,
  invoice: string | null,
): ReturnType<typeof discountFor>[] {
  const given = spec.discounts ?? inherited(ctx, spec.subscription, customer);
  return given.map((id) => discountFor(ctx, id, { customer: customer.id, invoice }));
}

function inherited(ctx: Context, subscription: string | null, customer: Stripe.Customer): string[] {
  const found = subscription === null ? undefined : ctx.tx.get('subscriptions', subscription);
  const own = found?.discounts.flatMap((discount) => idOf(discount) ?? []) ?? [];
  return own.length > 0 ? own : [idOf(customer.discount)].filter((id) => id !== null);
}

function blankInvoice(ctx: Context, spec: NewInvoice, customer: Stripe.Customer, id: string): Stripe.Invoice {
  const now = ctx.clock.now();
  return {
    ...ACCOUNT_FIELDS,
    ...NOTHING_YET,
    ...customerFields(customer),
    customer_tax_ids: ctx.tx.where('tax_ids', 'customer', customer.id).map(({ type, value }) => ({ type, value })),
    id,
    auto_advance: spec.autoAdvance,
    automatically_finalizes_at: spec.automaticallyFinalizesAt ?? finalizationTime(now, spec.autoAdvance),
    billing_reason: spec.billingReason,
    collection_method: spec.collectionMethod,
    created: now,
    currency: spec.currency,
    custom_fields: spec.customFields ?? customer.invoice_settings.custom_fields,
    default_payment_method: spec.defaultPaymentMethod,
    default_tax_rates: ratesOf(ctx, spec.defaultTaxRates),
    description: spec.description ?? null,
    due_date: dueDate(spec, now),
    effective_at: spec.effectiveAt ?? null,
    footer: spec.footer ?? customer.invoice_settings.footer,
    lines: { object: 'list', data: [], has_more: false, url: `/v1/invoices/${id}/lines` },
    metadata: spec.metadata ?? {},
    next_payment_attempt:
      spec.autoAdvance && spec.collectionMethod === 'charge_automatically'
        ? (spec.automaticallyFinalizesAt ?? now + HOUR)
        : null,
    number: spec.number ?? null,
    parent: invoiceParent(spec),
    payment_settings: {
      default_mandate: null,
      payment_method_options: null,
      payment_method_types: null,
      ...spec.paymentSettings,
    },
    period_end: spec.period.end,
    period_start: spec.period.start,
    statement_descriptor: spec.statementDescriptor ?? null,
    test_clock: idOf(customer.test_clock),
    webhooks_delivered_at: now,
  };
}

const ACCOUNT_FIELDS = {
  object: 'invoice',
  account_country: 'GB',
  account_name: 'Simulator',
  account_tax_ids: null,
  application: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
  issuer: { type: 'self' },
  livemode: false,
  on_behalf_of: null,
} as const satisfies Partial<Stripe.Invoice>;

const NOTHING_YET = {
  amount_due: 0,
  amount_overpaid: 0,
  amount_paid: 0,
  amount_remaining: 0,
  amount_shipping: 0,
  attempt_count: 0,
  attempted: false,
  discounts: [] as string[],
  ending_balance: null,
  from_invoice: null,
  hosted_invoice_url: null,
  invoice_pdf: null,
  last_finalization_error: null,
  latest_revision: null,
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  status: 'draft',
  status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
  subtotal: 0,
  subtotal_excluding_tax: 0,
  total: 0,
  total_discount_amounts: [] as Stripe.Invoice.TotalDiscountAmount[],
  total_excluding_tax: 0,
  total_pretax_credit_amounts: [] as Stripe.Invoice.TotalPretaxCreditAmount[],
  total_taxes: [] as Stripe.Invoice.TotalTax[],
} as const satisfies Partial<Stripe.Invoice>;

/** Who is billed, as known now; a later change of the customer leaves a final invoice alone. */
function customerFields(
  customer: Stripe.Customer,
): Pick<
  Stripe.Invoice,
  | 'customer'
  | 'customer_account'
  | 'customer_address'
  | 'customer_email'
  | 'customer_name'
  | 'customer_phone'
  | 'customer_shipping'
  | 'customer_tax_exempt'
  | 'default_source'
  | 'starting_balance'
> {
  return {
    customer: customer.id,
    customer_account: null,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: customer.shipping,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    default_source: null,
    starting_balance: customer.balance,
  };
}

function dueDate(spec: NewInvoice, now: number): number | null {
  if (spec.collectionMethod !== 'send_invoice') return null;
  return spec.dueDate ?? now + (spec.daysUntilDue ?? 30) * 24 * HOUR;
}

function invoiceParent(spec: NewInvoice): Stripe.Invoice.Parent | null {
  if (spec.subscription === null) return null;
  return {
    quote_details: null,
    subscription_details: { metadata: spec.subscriptionMetadata ?? {}, subscription: spec.subscription },
    type: 'subscription_details',
  };
}

/** The first invoice of a customer fixes the currency of its subscriptions and balance. */
function rememberCurrency(ctx: Context, invoice: Stripe.Invoice): void {
  const customer = findCustomer(ctx, idOf(invoice.customer) ?? '');
  if ((customer.currency ?? null) !== null) return;
  const changed = { ...customer, currency: invoice.currency };
  ctx.tx.put('customers', changed);
  emit(ctx, 'customer.updated', changed, { currency: null });
}
