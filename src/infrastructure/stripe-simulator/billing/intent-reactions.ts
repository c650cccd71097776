import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { onClockOf } from '../core/test-time';
import { counted, failed } from './attempts';
import { idOf } from '../core/references';
import { customerOf, findInvoice } from './find-invoice';
import { changeInvoice } from './invoice-change';
import { cancelPayment, closeIntent, requestFromIntent } from './invoice-intent';
import { settleInvoice } from './invoice-paid';

/** The money of the invoice's intent has come. */
export function intentSucceeded(caller: Context, intentId: string): void {
  const { ctx, payment, invoice } = ofIntent(caller, intentId);
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

export function intentFailed(caller: Context, intentId: string): void {
  const { ctx, invoice } = triedBy(caller, intentId);
  if (invoice === null) return;
  changeInvoice(ctx, invoice, failed(ctx, invoice), ['invoice.payment_failed']);
}

/** The bank was told to collect, and will answer in days. */
export function intentProcessing(caller: Context, intentId: string): void {
  const { ctx, invoice } = triedBy(caller, intentId);
  if (invoice !== null) changeInvoice(ctx, invoice, counted(invoice));
}

/** The next attempt makes an intent of its own. */
export function intentCanceled(caller: Context, intentId: string): void {
  const { ctx, payment } = ofIntent(caller, intentId);
  if (payment?.status === 'open') cancelPayment(ctx, payment);
}

/** Stripe sends both: the attempt has failed, and it says what is missing. */
export function intentRequiresAction(caller: Context, intentId: string): void {
  const { ctx, invoice } = triedBy(caller, intentId);
  if (invoice === null) return;
  changeInvoice(ctx, invoice, failed(ctx, invoice), ['invoice.payment_action_required', 'invoice.payment_failed']);
}

interface OfIntent {
  /** Intents go by the real time, and invoices by the clock of their customer. */
  ctx: Context;
  payment: Stripe.InvoicePayment | null;
  invoice: Stripe.Invoice | null;
}

function ofIntent(caller: Context, intent: string): OfIntent {
  const payment = caller.tx.where('invoice_payments', 'payment.payment_intent', intent).at(-1) ?? null;
  const invoice = caller.tx.get('invoices', idOf(payment?.invoice) ?? '') ?? null;
  return { ctx: invoice === null ? caller : onClockOf(caller, customerOf(invoice)), payment, invoice };
}

/** Only attempts by its own intent are attempts to pay the invoice. */
function triedBy(caller: Context, intent: string): OfIntent {
  const found = ofIntent(caller, intent);
  return found.payment?.is_default === true ? found : { ...found, invoice: null };
}
