import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest } from '../core/errors';
import { unschedule } from '../core/schedule';
import { changeCustomerBalance } from './customer-balance';
import { customerOf, findInvoice, notOpen } from './find-invoice';
import { changeInvoice } from './invoice-change';
import { closeIntent } from './invoice-intent';

/** As if it had never been owed: its intent is canceled and the balance it took is given back. */
export function voidInvoice(ctx: Context, id: string): Stripe.Invoice {
  const invoice = findInvoice(ctx, id);
  if (invoice.status === 'paid' || invoice.amount_paid > 0) {
    throw invalidRequest('Invoices with `paid` payments cannot be voided.');
  }
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') throw notOpen();
  stopCollection(ctx, id);
  closeIntent(ctx, id, 'void_invoice');
  giveBackBalance(ctx, invoice);
  const voided: Stripe.Invoice = {
    ...invoice,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'void',
    status_transitions: { ...invoice.status_transitions, voided_at: ctx.clock.now() },
  };
  return changeInvoice(ctx, invoice, voided, ['invoice.voided']);
}

export function markUncollectible(
  ctx: Context,
  id: string,
  reason: Stripe.Invoice.StatusDetails.Uncollectible.Reason = 'user_forgiven',
): Stripe.Invoice {
  const invoice = findInvoice(ctx, id);
  if (invoice.status === 'uncollectible') {
    throw invalidRequest('This invoice has already been marked uncollectible.');
  }
  if (invoice.status !== 'open') throw notOpen();
  stopCollection(ctx, id);
  const written: Stripe.Invoice = {
    ...invoice,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'uncollectible',
    status_details: { uncollectible: { reason } },
    status_transitions: { ...invoice.status_transitions, marked_uncollectible_at: ctx.clock.now() },
  };
  return changeInvoice(ctx, invoice, written, ['invoice.marked_uncollectible']);
}

function stopCollection(ctx: Context, id: string): void {
  unschedule(ctx, 'collect_invoice', id);
  unschedule(ctx, 'pass_due_date', id);
  unschedule(ctx, 'remind_of_due_date', id);
}

function giveBackBalance(ctx: Context, invoice: Stripe.Invoice): void {
  const amount = invoice.starting_balance - (invoice.ending_balance ?? 0);
  if (amount === 0) return;
  changeCustomerBalance(ctx, customerOf(invoice), {
    amount,
    currency: invoice.currency,
    invoice: invoice.id,
    type: 'unapplied_from_invoice',
  });
}
