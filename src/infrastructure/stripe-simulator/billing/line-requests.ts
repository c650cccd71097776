import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { resourceMissing, invalidRequest } from '../core/errors';
import { mergeMetadata, type MetadataChange } from '../core/schema';
import { customerOf, findInvoice } from './find-invoice';
import { changeInvoice } from './invoice-change';
import { createItem, deleteItem, findItem, updateItem } from './invoice-item';
import type { AddLinesParams, RemoveLinesParams, UpdateLinesParams } from './invoice-params';
import { sumUpAgain } from './invoice-sum';
import type { LineParams } from './item-params';
import { addLine, checkEditable, itemOfLine, removeLine } from './line-changes';
import { findTaxRate } from './tax-rates';

export function findLine(ctx: Context, invoice: string, id: string): Stripe.InvoiceLineItem {
  const found = ctx.tx.get('invoice_lines', id);
  if (found?.invoice !== invoice) throw resourceMissing('invoice line item', id, 'line_item_id');
  return found;
}

/** Each new line is an invoice item too; one that waits already is taken as it is. */
export function addLines(ctx: Context, invoice: Stripe.Invoice, params: AddLinesParams): Stripe.Invoice {
  checkEditable(invoice);
  for (const { invoice_item: waiting, ...line } of params.lines) {
    if (waiting === undefined) {
      createItem(ctx, itemOf(invoice, line));
      continue;
    }
    const item = findItem(ctx, waiting);
    if (item.invoice !== null) {
      throw invalidRequest(`The invoice item ${waiting} is already part of an invoice.`, { param: 'invoice_item' });
    }
    const taken = { ...item, invoice: invoice.id };
    ctx.tx.put('invoice_items', taken);
    addLine(ctx, findInvoice(ctx, invoice.id), taken);
  }
  return described(ctx, invoice.id, params.invoice_metadata);
}

export function updateLines(ctx: Context, invoice: Stripe.Invoice, params: UpdateLinesParams): Stripe.Invoice {
  checkEditable(invoice);
  for (const { id, ...change } of params.lines) updateLine(ctx, findInvoice(ctx, invoice.id), id, change);
  return described(ctx, invoice.id, params.invoice_metadata);
}

export function updateLine(
  ctx: Context,
  invoice: Stripe.Invoice,
  id: string,
  change: LineParams,
): Stripe.InvoiceLineItem {
  checkEditable(invoice);
  const line = findLine(ctx, invoice.id, id);
  const item = ctx.tx.get('invoice_items', itemOfLine(line) ?? '');
  if (item === undefined) changeLine(ctx, invoice, line, change);
  else updateItem(ctx, item, change);
  return findLine(ctx, invoice.id, id);
}

export function removeLines(ctx: Context, invoice: Stripe.Invoice, params: RemoveLinesParams): Stripe.Invoice {
  checkEditable(invoice);
  for (const { behavior, id } of params.lines) {
    const item = findItem(ctx, itemOfLine(findLine(ctx, invoice.id, id)) ?? '');
    if (behavior === 'delete') {
      deleteItem(ctx, item);
      continue;
    }
    // It waits again for the next invoice.
    ctx.tx.put('invoice_items', { ...item, invoice: null });
    removeLine(ctx, findInvoice(ctx, invoice.id), item.id);
  }
  return described(ctx, invoice.id, params.invoice_metadata);
}

function itemOf(invoice: Stripe.Invoice, line: LineParams): Parameters<typeof createItem>[1] {
  const { tax_amounts: _refused, ...item } = line;
  return { ...item, currency: invoice.currency, customer: customerOf(invoice), invoice: invoice.id };
}

/** What stands on no invoice item, such as the period of a subscription, keeps its price. */
function changeLine(ctx: Context, invoice: Stripe.Invoice, line: Stripe.InvoiceLineItem, change: LineParams): void {
  for (const name of ['amount', 'discounts', 'price_data', 'pricing', 'quantity'] as const) {
    if (change[name] !== undefined) {
      throw invalidRequest(`The simulator does not support '${name}' of a subscription's line yet.`, { param: name });
    }
  }
  ctx.tx.put('invoice_lines', {
    ...line,
    ...(change.description === undefined ? {} : { description: change.description }),
    ...(change.discountable === undefined ? {} : { discountable: change.discountable }),
    ...(change.metadata === undefined ? {} : { metadata: mergeMetadata(line.metadata, change.metadata) }),
    ...(change.period === undefined ? {} : { period: change.period }),
  });
  if (change.tax_rates !== undefined) {
    const terms = ctx.tx.get('line_terms', line.id) ?? { id: line.id, position: 0 };
    const taxRates = (change.tax_rates ?? []).map((rate) => findTaxRate(ctx, rate, 'tax_rates').id);
    ctx.tx.put('line_terms', { ...terms, taxRates });
  }
  changeInvoice(ctx, invoice, sumUpAgain(ctx, invoice));
}

function described(ctx: Context, id: string, metadata: MetadataChange | undefined): Stripe.Invoice {
  const invoice = findInvoice(ctx, id);
  if (metadata === undefined) return invoice;
  return changeInvoice(ctx, invoice, { ...invoice, metadata: mergeMetadata(invoice.metadata ?? {}, metadata) });
}
