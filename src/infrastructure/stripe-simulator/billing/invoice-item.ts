import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, parameterMissing, resourceMissing } from '../core/errors';
import { newId } from '../core/ids';
import { mergeMetadata } from '../core/schema';
import { findCustomer } from '../payments/find-customer';
import { billed, productOfPrice, type Billed } from './billed';
import { decimal, decimalText } from './decimals';
import { chosenDiscount, redeem, type DiscountOwner } from './discounts';
import { idOf } from '../core/references';
import { customerOf, findInvoice } from './find-invoice';
import type { BilledParams, CreateItemParams, DiscountParams, UpdateItemParams } from './item-params';
import { addLine, removeLine, replaceLine } from './line-changes';
import { findTaxRate } from './tax-rates';

export function findItem(ctx: Context, id: string): Stripe.InvoiceItem {
  const found = ctx.tx.get('invoice_items', id);
  if (found === undefined) throw resourceMissing('invoiceitem', id, 'invoiceitem');
  return found;
}

/** Waits for the next invoice, or goes into the draft that is named. */
export function createItem(ctx: Context, params: CreateItemParams): Stripe.InvoiceItem {
  const invoice = params.invoice === undefined ? null : findInvoice(ctx, params.invoice, 'invoice', 400);
  const customer = findCustomer(ctx, itemCustomer(params, invoice));
  const what = billed(ctx, params, params.currency ?? invoice?.currency ?? customer.currency ?? null);
  checkItemCurrency(what.currency, invoice);
  const id = newId('ii');
  const now = ctx.clock.now();
  const item: Stripe.InvoiceItem = {
    id,
    object: 'invoiceitem',
    ...billedFields(ctx, what),
    customer: customer.id,
    customer_account: null,
    date: now,
    description: params.description ?? null,
    discountable: params.discountable ?? what.amount >= 0,
    discounts: itemDiscounts(ctx, params.discounts, { customer: customer.id, invoice_item: id }) ?? [],
    invoice: invoice?.id ?? null,
    livemode: false,
    metadata: mergeMetadata({}, params.metadata ?? null),
    parent: itemParent(ctx, params.subscription),
    period: params.period ?? { end: now, start: now },
    proration: false,
    tax_rates: itemTaxRates(ctx, params.tax_rates),
    test_clock: idOf(customer.test_clock),
  };
  ctx.tx.put('invoice_items', item);
  emit(ctx, 'invoiceitem.created', item);
  if (invoice !== null) addLine(ctx, invoice, item);
  return item;
}

function checkItemCurrency(currency: string, invoice: Stripe.Invoice | null): void {
  if (invoice === null || currency === invoice.currency) return;
  throw invalidRequest(`The currency of the invoice item (${currency}) must be the invoice's (${invoice.currency}).`, {
    param: 'currency',
  });
}

export function updateItem(ctx: Context, before: Stripe.InvoiceItem, params: UpdateItemParams): Stripe.InvoiceItem {
  const invoice = editableInvoice(ctx, before);
  const owner = { customer: idOf(before.customer), invoice_item: before.id };
  const discounts = itemDiscounts(ctx, params.discounts, owner);
  const after: Stripe.InvoiceItem = {
    ...before,
    ...changedBilling(ctx, before, params),
    ...(params.description === undefined ? {} : { description: params.description }),
    ...(params.discountable === undefined ? {} : { discountable: params.discountable }),
    ...(discounts === null ? {} : { discounts }),
    ...(params.metadata === undefined ? {} : { metadata: mergeMetadata(before.metadata ?? {}, params.metadata) }),
    ...(params.period === undefined ? {} : { period: params.period }),
    ...(params.tax_rates === undefined ? {} : { tax_rates: itemTaxRates(ctx, params.tax_rates) }),
  };
  ctx.tx.put('invoice_items', after);
  if (invoice !== null) replaceLine(ctx, invoice, after);
  return after;
}

export function deleteItem(ctx: Context, item: Stripe.InvoiceItem): Stripe.DeletedInvoiceItem {
  const invoice = editableInvoice(ctx, item);
  ctx.tx.delete('invoice_items', item.id);
  if (invoice !== null) removeLine(ctx, invoice, item.id);
  emit(ctx, 'invoiceitem.deleted', item);
  return { id: item.id, object: 'invoiceitem', deleted: true };
}

/** Null for those that still wait. */
function editableInvoice(ctx: Context, item: Stripe.InvoiceItem): Stripe.Invoice | null {
  const id = idOf(item.invoice);
  if (id === null) return null;
  const invoice = ctx.tx.get('invoices', id);
  // The items of a deleted draft are not free again.
  if (invoice === undefined) throw invalidRequest('This invoice item has been deleted.');
  if (invoice.status === 'draft') return invoice;
  throw invalidRequest('This invoice item can no longer be changed because its invoice is no longer editable.', {
    code: 'invoice_not_editable',
  });
}

function itemCustomer(params: CreateItemParams, invoice: Stripe.Invoice | null): string {
  const customer = params.customer ?? (invoice === null ? undefined : customerOf(invoice));
  if (customer === undefined) throw parameterMissing('customer');
  if (invoice !== null && customerOf(invoice) !== customer) {
    throw invalidRequest(`The customer ${customer} is not the customer of the invoice ${invoice.id}.`, {
      param: 'customer',
    });
  }
  return customer;
}

function billedFields(
  ctx: Context,
  what: Billed,
): Pick<Stripe.InvoiceItem, 'amount' | 'currency' | 'pricing' | 'quantity' | 'quantity_decimal'> {
  const unit = what.unitAmountDecimal;
  const price = what.price === null ? undefined : ctx.tx.get('prices', what.price);
  return {
    amount: what.amount,
    currency: what.currency,
    pricing: {
      ...(what.price === null
        ? {}
        : { price_details: { price: what.price, product: productOfPrice(ctx, what.price) ?? '' } }),
      type: 'price_details',
      unit_amount_decimal: unit === null ? (price?.unit_amount_decimal ?? null) : decimal(unit),
    },
    quantity: what.quantity,
    quantity_decimal: decimal(String(what.quantity)),
  };
}

function changedBilling(
  ctx: Context,
  before: Stripe.InvoiceItem,
  params: BilledParams,
): Partial<ReturnType<typeof billedFields>> {
  const names = ['amount', 'pricing', 'price_data', 'quantity', 'unit_amount_decimal'] as const;
  if (names.every((name) => params[name] === undefined)) return {};
  if (names.some((name) => name !== 'quantity' && params[name] !== undefined)) {
    // A bare amount takes no quantity, and so resets it.
    const given = params.amount === undefined ? { quantity: before.quantity, ...params } : params;
    return billedFields(ctx, billed(ctx, given, before.currency));
  }
  const unit = before.pricing?.unit_amount_decimal ?? null;
  const again: BilledParams = {
    unit_amount_decimal: unit === null ? String(before.amount) : decimalText(unit),
    ...(params.quantity === undefined ? {} : { quantity: params.quantity }),
  };
  const price = idOf(before.pricing?.price_details?.price);
  const listed = price !== null && ctx.tx.get('unlisted', price) === undefined;
  const { quantity } = again;
  return billedFields(
    ctx,
    billed(
      ctx,
      listed ? { pricing: { price }, ...(quantity === undefined ? {} : { quantity }) } : again,
      before.currency,
    ),
  );
}

function itemDiscounts(ctx: Context, given: DiscountParams | undefined, owner: DiscountOwner): string[] | null {
  if (given === undefined) return null;
  return (given ?? []).map((choice, at) => {
    return redeem(ctx, chosenDiscount(ctx, choice, owner, `discounts[${String(at)}]`)).id;
  });
}

function itemTaxRates(ctx: Context, ids: readonly string[] | null | undefined): Stripe.TaxRate[] {
  return (ids ?? []).map((id) => findTaxRate(ctx, id, 'tax_rates'));
}

function itemParent(ctx: Context, subscription: string | undefined): Stripe.InvoiceItem.Parent | null {
  if (subscription === undefined) return null;
  if (ctx.tx.get('subscriptions', subscription) === undefined) {
    throw resourceMissing('subscription', subscription, 'subscription', 400);
  }
  return { subscription_details: { subscription }, type: 'subscription_details' };
}
