import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest } from '../core/errors';
import { changeInvoice } from './invoice-change';
import { linesOf } from './invoice-lines';
import { sumUpAgain, type DraftLine } from './invoice-sum';
import { lineOfItem } from './pending-items';

export function checkEditable(invoice: Stripe.Invoice): void {
  if (invoice.status === 'draft') return;
  throw invalidRequest('Invalid invoice: This invoice is no longer editable', { code: 'invoice_not_editable' });
}

/** The newest item stands first. */
export function addLine(ctx: Context, invoice: Stripe.Invoice, item: Stripe.InvoiceItem): Stripe.Invoice {
  checkEditable(invoice);
  const first = linesOf(ctx, invoice.id)[0];
  const position = first === undefined ? 0 : (ctx.tx.get('line_terms', first.id)?.position ?? 0) - 1;
  storeLine(ctx, lineOfItem(ctx, item, invoice.id), position);
  return summedUp(ctx, invoice);
}

/** The line shows its item as it is now. */
export function replaceLine(ctx: Context, invoice: Stripe.Invoice, item: Stripe.InvoiceItem): Stripe.Invoice {
  checkEditable(invoice);
  const line = lineOf(ctx, invoice.id, item.id);
  if (line === undefined) return invoice;
  const draft = lineOfItem(ctx, item, invoice.id);
  const position = ctx.tx.get('line_terms', line.id)?.position ?? 0;
  storeLine(ctx, { ...draft, line: { ...draft.line, id: line.id } }, position);
  return summedUp(ctx, invoice);
}

export function removeLine(ctx: Context, invoice: Stripe.Invoice, item: string): Stripe.Invoice {
  checkEditable(invoice);
  const line = lineOf(ctx, invoice.id, item);
  if (line === undefined) return invoice;
  ctx.tx.delete('invoice_lines', line.id);
  ctx.tx.delete('line_terms', line.id);
  return summedUp(ctx, invoice);
}

export function itemOfLine(line: Stripe.InvoiceLineItem): string | null {
  return line.parent?.invoice_item_details?.invoice_item ?? null;
}

function lineOf(ctx: Context, invoice: string, item: string): Stripe.InvoiceLineItem | undefined {
  return linesOf(ctx, invoice).find((line) => itemOfLine(line) === item);
}

function storeLine(ctx: Context, { line, taxRates }: DraftLine, position: number): void {
  ctx.tx.put('invoice_lines', line);
  ctx.tx.put('line_terms', { id: line.id, taxRates, position });
}

function summedUp(ctx: Context, invoice: Stripe.Invoice): Stripe.Invoice {
  return changeInvoice(ctx, invoice, sumUpAgain(ctx, invoice));
}
