import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { newId } from '../core/ids';
import { cancelPaymentIntent } from '../payments/capture';
import { methodTypes } from '../payments/method-types';
import { createPaymentIntent } from '../payments/payment-intent';
import { idOf } from '../core/references';
import { customerOf, subscriptionOf } from './find-invoice';

const CANCELABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action', 'requires_capture'];

/** The intent by which the invoice is to be paid, made when the invoice becomes final. */
export function openIntent(ctx: Context, invoice: Stripe.Invoice): Stripe.PaymentIntent {
  const current = intentOf(ctx, invoice.id);
  if (current !== null && current.status !== 'canceled') return current;
  const intent = createPaymentIntent(ctx, {
    amount: invoice.amount_remaining,
    currency: invoice.currency,
    customer: customerOf(invoice),
    description: purpose(invoice.billing_reason),
    allowed_payment_method_types:
      invoice.payment_settings.payment_method_types ?? methodTypes(invoice.currency, null, null),
    capture_method: 'automatic',
    ...(subscriptionOf(invoice) === null ? {} : { setup_future_usage: 'off_session' }),
    ...(invoice.statement_descriptor === null ? {} : { statement_descriptor: invoice.statement_descriptor }),
  });
  ctx.tx.put('invoice_payments', {
    id: newId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_remaining,
    created: ctx.clock.now(),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
  return intent;
}

function defaultPayment(ctx: Context, invoice: string): Stripe.InvoicePayment | null {
  return ctx.tx.where('invoice_payments', 'invoice', invoice).findLast((payment) => payment.is_default) ?? null;
}

export function intentOf(ctx: Context, invoice: string): Stripe.PaymentIntent | null {
  const payment = defaultPayment(ctx, invoice)?.payment.payment_intent;
  return ctx.tx.get('payment_intents', idOf(payment) ?? '') ?? null;
}

/** Less, or more, is left to be paid by it. */
export function requestFromIntent(ctx: Context, invoice: Stripe.Invoice): void {
  const payment = defaultPayment(ctx, invoice.id);
  const intent = intentOf(ctx, invoice.id);
  if (payment?.status !== 'open' || intent === null) return;
  ctx.tx.put('invoice_payments', { ...payment, amount_requested: invoice.amount_remaining });
  ctx.tx.put('payment_intents', { ...intent, amount: invoice.amount_remaining });
}

/** Nothing is left to be paid by it. */
export function closeIntent(
  ctx: Context,
  invoice: string,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): void {
  const payment = defaultPayment(ctx, invoice);
  if (payment?.status !== 'open') return;
  cancelPayment(ctx, payment);
  const intent = intentOf(ctx, invoice);
  if (intent !== null && CANCELABLE.includes(intent.status)) cancelPaymentIntent(ctx, intent, reason);
}

export function cancelPayment(ctx: Context, payment: Stripe.InvoicePayment): void {
  ctx.tx.put('invoice_payments', {
    ...payment,
    status: 'canceled',
    status_transitions: { ...payment.status_transitions, canceled_at: ctx.clock.now() },
  });
}

function purpose(reason: Stripe.Invoice.BillingReason | null): string {
  if (reason === 'subscription_create') return 'Subscription creation';
  return reason?.startsWith('subscription') === true ? 'Subscription update' : 'Payment for Invoice';
}
