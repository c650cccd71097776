import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest } from '../core/errors';
import { schedule, unschedule } from '../core/schedule';
import { findCustomer } from '../payments/find-customer';
import { changeCustomerBalance } from './customer-balance';
import { customerOf, findInvoice } from './find-invoice';
import { changeInvoice } from './invoice-change';
import { openIntent } from './invoice-intent';
import { settleInvoice } from './invoice-paid';
import { afterBalance, sumUpAgain } from './invoice-sum';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The draft gets its number and is owed from now on; where nothing is to be paid, it is paid at once. */
export function finalizeInvoice(ctx: Context, id: string, options: { autoAdvance?: boolean } = {}): Stripe.Invoice {
  const draft = findInvoice(ctx, id);
  if (draft.status !== 'draft') {
    throw invalidRequest("This invoice is already finalized, you can't re-finalize a non-draft invoice.");
  }
  unschedule(ctx, 'finalize_invoice', id);
  const summed = sumUpAgain(ctx, draft);
  const { due, endingBalance } = afterBalance(summed.total, summed.starting_balance, summed.currency);
  const autoAdvance = options.autoAdvance ?? draft.auto_advance ?? false;
  const now = ctx.clock.now();
  const open: Stripe.Invoice = {
    ...summed,
    amount_due: due,
    amount_remaining: due,
    auto_advance: autoAdvance,
    automatically_finalizes_at: null,
    effective_at: summed.effective_at ?? now,
    ending_balance: endingBalance,
    hosted_invoice_url: `${ctx.publicUrl}/_simulator/invoices/${id}`,
    invoice_pdf: `${ctx.publicUrl}/_simulator/invoices/${id}/pdf`,
    next_payment_attempt: nextAttempt(ctx, summed, autoAdvance, due),
    number: summed.number ?? nextNumber(ctx, customerOf(summed)),
    status: 'open',
    status_transitions: { ...summed.status_transitions, finalized_at: now },
  };
  ctx.tx.put('invoices', open);
  applyBalance(ctx, open);
  if (due > 0) openIntent(ctx, open);
  scheduleCollection(ctx, open);
  const final = changeInvoice(ctx, draft, open, ['invoice.finalized']);
  // Who heard of it may have paid or voided it already.
  return final.status === 'open' && final.amount_due === 0 ? settleInvoice(ctx, final) : final;
}

function nextAttempt(ctx: Context, invoice: Stripe.Invoice, autoAdvance: boolean, due: number): number | null {
  const automatic = autoAdvance && due > 0 && invoice.collection_method === 'charge_automatically';
  return automatic ? Math.floor((ctx.clock.nowMs() + HOUR_MS) / 1000) : null;
}

function nextNumber(ctx: Context, customerId: string): string {
  const customer = findCustomer(ctx, customerId);
  const sequence = customer.next_invoice_sequence ?? 1;
  ctx.tx.put('customers', { ...customer, next_invoice_sequence: sequence + 1 });
  return `${customer.invoice_prefix ?? ''}-${String(sequence).padStart(4, '0')}`;
}

function applyBalance(ctx: Context, invoice: Stripe.Invoice): void {
  const amount = (invoice.ending_balance ?? 0) - invoice.starting_balance;
  if (amount === 0) return;
  const tooSmall = invoice.amount_due === 0 && (invoice.ending_balance ?? 0) > 0;
  changeCustomerBalance(ctx, customerOf(invoice), {
    amount,
    currency: invoice.currency,
    invoice: invoice.id,
    type: tooSmall ? 'invoice_too_small' : 'applied_to_invoice',
  });
}

function scheduleCollection(ctx: Context, invoice: Stripe.Invoice): void {
  if (invoice.next_payment_attempt !== null) {
    schedule(ctx, 'collect_invoice', invoice.id, invoice.next_payment_attempt * 1000);
  }
  if (invoice.due_date === null || invoice.amount_due === 0) return;
  schedule(ctx, 'pass_due_date', invoice.id, invoice.due_date * 1000);
  const reminder = invoice.due_date * 1000 - ctx.settings.invoiceReminderDays * DAY_MS;
  if (ctx.settings.invoiceReminderDays > 0 && reminder > ctx.clock.nowMs()) {
    schedule(ctx, 'remind_of_due_date', invoice.id, reminder);
  }
}
