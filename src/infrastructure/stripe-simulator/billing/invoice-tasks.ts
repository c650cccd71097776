import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { customerOf } from './find-invoice';
import { finalizeInvoice } from './invoice-finalize';
import { attemptPayment } from './invoice-payment';

/** An hour after it was drafted, an invoice that advances by itself becomes final, and is collected if it can be. */
export function finalizeDue(ctx: Context, id: string): void {
  const draft = ctx.tx.get('invoices', id);
  if (draft?.status !== 'draft' || isCustomerGone(ctx, draft)) return;
  finalizeInvoice(ctx, id);
  collectDue(ctx, id);
}

export function collectDue(ctx: Context, id: string): void {
  const invoice = ctx.tx.get('invoices', id);
  if (invoice?.status !== 'open' || invoice.attempted || isCustomerGone(ctx, invoice)) return;
  if (invoice.auto_advance !== true || invoice.collection_method !== 'charge_automatically') return;
  attemptPayment(ctx, id, { offSession: true, automatic: true });
}

export function passDueDate(ctx: Context, id: string): void {
  const invoice = ctx.tx.get('invoices', id);
  if (invoice?.status === 'open') emit(ctx, 'invoice.overdue', invoice);
}

export function remindOfDueDate(ctx: Context, id: string): void {
  const invoice = ctx.tx.get('invoices', id);
  if (invoice?.status === 'open') emit(ctx, 'invoice.will_be_due', invoice);
}

/** Nobody is left to be billed. */
function isCustomerGone(ctx: Context, invoice: Stripe.Invoice): boolean {
  const customer = ctx.tx.get('customers', customerOf(invoice));
  return customer === undefined || customer.deleted === true;
}
