import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { counted, failed } from './attempts';
import { findInvoice, idOf } from './find-invoice';
import { changeInvoice } from './invoice-change';
import { cancelPayment, closeIntent, requestFromIntent } from './invoice-intent';
import { settleInvoice } from './invoice-paid';

/** The money of the invoice's intent has come. */
export function intentSucceeded(ctx: Context, intentId: string): void {
  const { payment, invoice } = ofIntent(ctx, intentId);
  const intent = ctx.tx.get('payment_intents', intentId);
  if (payment === null || invoice === null || intent === undefined || payment.status !== 'open') return;
  const paid: Stripe.InvoicePayment = {
    ...payment,
    amount_paid: intent.amount_received,
    status: 'paid',
    status_transitions: { ...payment.status_transitions, paid_at: ctx.clock.now() },
  };
  ctx.tx.put('invoice_payments', paid);
  emit(ctx, 'invoice_payment.paid', paid);
  const before = findInvoice(ctx, invoice.id);
  if (!payment.is_default) leaveToDefault(ctx, before, intent.amount_received);
  settleInvoice(ctx, before, { amount: intent.amount_received, attempted: payment.is_default });
}

/** What came in beside the invoice's own intent need not be paid by that one. */
function leaveToDefault(ctx: Context, invoice: Stripe.Invoice, received: number): void {
  const left = invoice.amount_remaining - received;
  if (left > 0) requestFromIntent(ctx, { ...invoice, amount_remaining: left });
  else closeIntent(ctx, invoice.id, null);
}

export function intentFailed(ctx: Context, intentId: string): void {
  const invoice = triedBy(ctx, intentId);
  if (invoice === null) return;
  changeInvoice(ctx, invoice, failed(ctx, invoice), ['invoice.payment_failed']);
}

/** The bank was told to collect, and will answer in days. */
export function intentProcessing(ctx: Context, intentId: string): void {
  const invoice = triedBy(ctx, intentId);
  if (invoice !== null) changeInvoice(ctx, invoice, counted(invoice));
}

/** The next attempt makes an intent of its own. */
export function intentCanceled(ctx: Context, intentId: string): void {
  const { payment } = ofIntent(ctx, intentId);
  if (payment?.status === 'open') cancelPayment(ctx, payment);
}

/** Stripe sends both: the attempt has failed, and it says what is missing. */
export function intentRequiresAction(ctx: Context, intentId: string): void {
  const invoice = triedBy(ctx, intentId);
  if (invoice === null) return;
  changeInvoice(ctx, invoice, failed(ctx, invoice), ['invoice.payment_action_required', 'invoice.payment_failed']);
}

function ofIntent(
  ctx: Context,
  intent: string,
): { payment: Stripe.InvoicePayment | null; invoice: Stripe.Invoice | null } {
  const payment = ctx.tx.where('invoice_payments', 'payment.payment_intent', intent).at(-1) ?? null;
  return { payment, invoice: ctx.tx.get('invoices', idOf(payment?.invoice) ?? '') ?? null };
}

/** Only attempts by its own intent are attempts to pay the invoice. */
function triedBy(ctx: Context, intent: string): Stripe.Invoice | null {
  const { payment, invoice } = ofIntent(ctx, intent);
  return payment?.is_default === true ? invoice : null;
}
