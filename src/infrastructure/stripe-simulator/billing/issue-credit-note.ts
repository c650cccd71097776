import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import { refundCharge } from '../reversals/refund';
import { findNote, proposedNote } from './credit-note';
import type { CreditNoteParams } from './credit-note-params';
import { changeCustomerBalance } from './customer-balance';
import { idOf } from '../core/references';
import { customerOf, findInvoice } from './find-invoice';
import { changeInvoice } from './invoice-change';
import { closeIntent, requestFromIntent } from './invoice-intent';
import { settleInvoice } from './invoice-paid';

/** First what is still owed becomes less; what goes beyond that is given back in the ways that the request names. */
export function issueNote(ctx: Context, params: CreditNoteParams): Stripe.CreditNote {
  const note = proposedNote(ctx, params);
  const invoice = findInvoice(ctx, params.invoice);
  const refunds = [...linkedRefunds(ctx, params), ...newRefunds(ctx, invoice, params)];
  const balance = givenCredit(ctx, invoice, note, params.credit_amount ?? 0);
  const issued: Stripe.CreditNote = { ...note, customer_balance_transaction: balance, refunds };
  ctx.tx.put('credit_notes', issued);
  emit(ctx, 'credit_note.created', issued);
  lowerInvoice(ctx, issued, 1);
  return findNote(ctx, note.id);
}

/** Only what was taken off before it was paid can be asked for again. */
export function voidNote(ctx: Context, note: Stripe.CreditNote): Stripe.CreditNote {
  const invoice = findInvoice(ctx, idOf(note.invoice) ?? '');
  if (note.status !== 'issued' || note.type !== 'pre_payment' || invoice.status !== 'open') {
    throw invalidRequest('You can only void issued credit notes of type `pre_payment` while their invoice is open.');
  }
  const voided: Stripe.CreditNote = { ...note, status: 'void', voided_at: ctx.clock.now() };
  ctx.tx.put('credit_notes', voided);
  emit(ctx, 'credit_note.voided', voided);
  lowerInvoice(ctx, note, -1);
  return findNote(ctx, note.id);
}

export function updateNote(
  ctx: Context,
  before: Stripe.CreditNote,
  change: Partial<Pick<Stripe.CreditNote, 'memo' | 'metadata'>>,
): Stripe.CreditNote {
  const after: Stripe.CreditNote = { ...before, ...change };
  ctx.tx.put('credit_notes', after);
  emit(ctx, 'credit_note.updated', after, previousAttributes(before, after));
  return after;
}

function lowerInvoice(ctx: Context, note: Stripe.CreditNote, direction: -1 | 1): void {
  const before = findInvoice(ctx, idOf(note.invoice) ?? '');
  const pre = note.pre_payment_amount * direction;
  const after: Stripe.Invoice = {
    ...before,
    amount_due: before.amount_due - pre,
    amount_remaining: before.amount_remaining - pre,
    post_payment_credit_notes_amount: before.post_payment_credit_notes_amount + note.post_payment_amount * direction,
    pre_payment_credit_notes_amount: before.pre_payment_credit_notes_amount + pre,
  };
  if (before.status === 'paid') {
    changeInvoice(ctx, before, after);
    return;
  }
  if (after.amount_remaining > 0) {
    requestFromIntent(ctx, after);
    changeInvoice(ctx, before, after);
    return;
  }
  closeIntent(ctx, before.id, null);
  settleInvoice(ctx, changeInvoice(ctx, before, after));
}

function linkedRefunds(ctx: Context, params: CreditNoteParams): Stripe.CreditNote.Refund[] {
  return (params.refunds ?? []).flatMap(({ amount_refunded: amount, refund }) => {
    const found = ctx.tx.get('refunds', refund ?? '');
    return found === undefined ? [] : [shownRefund(found.id, amount ?? found.amount)];
  });
}

function newRefunds(ctx: Context, invoice: Stripe.Invoice, params: CreditNoteParams): Stripe.CreditNote.Refund[] {
  const amount = params.refund_amount ?? 0;
  if (amount === 0) return [];
  const payment = ctx.tx.where('invoice_payments', 'invoice', invoice.id).find(({ status }) => status === 'paid');
  const intent = ctx.tx.get('payment_intents', idOf(payment?.payment.payment_intent) ?? '');
  const charge = ctx.tx.get('charges', idOf(intent?.latest_charge) ?? '');
  if (charge === undefined) {
    throw invalidRequest('There is no payment of this invoice that could be refunded.', { param: 'refund_amount' });
  }
  return [shownRefund(refundCharge(ctx, charge, { amount }).id, amount)];
}

function shownRefund(refund: string, amount: number): Stripe.CreditNote.Refund {
  return { amount_refunded: amount, payment_record_refund: null, refund, type: 'refund' };
}

function givenCredit(ctx: Context, invoice: Stripe.Invoice, note: Stripe.CreditNote, amount: number): string | null {
  if (amount === 0) return null;
  const transaction = changeCustomerBalance(ctx, customerOf(invoice), {
    amount: -amount,
    creditNote: note.id,
    currency: invoice.currency,
    invoice: invoice.id,
    type: 'credit_note',
  });
  return transaction.id;
}
