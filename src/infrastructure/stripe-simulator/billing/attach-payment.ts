import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest, resourceMissing } from '../core/errors';
import { newId } from '../core/ids';
import { idOf } from '../core/references';
import { customerOf, findInvoice, notOpen } from './find-invoice';
import { intentSucceeded } from './intent-reactions';

/** What another intent collects counts for the invoice too, at once if it was collected already. */
export function attachPayment(ctx: Context, invoice: Stripe.Invoice, intentId: string): Stripe.Invoice {
  if (invoice.status !== 'open') throw notOpen();
  const intent = ctx.tx.get('payment_intents', intentId);
  if (intent === undefined) throw resourceMissing('payment_intent', intentId, 'payment_intent', 400);
  if (idOf(intent.customer) !== customerOf(invoice) || intent.currency !== invoice.currency) {
    throw invalidRequest('The PaymentIntent must have the customer and the currency of the invoice.', {
      param: 'payment_intent',
    });
  }
  if (intent.status === 'canceled' || isAttached(ctx, intentId)) {
    throw invalidRequest(`The PaymentIntent ${intentId} cannot be attached to this invoice.`, {
      param: 'payment_intent',
    });
  }
  ctx.tx.put('invoice_payments', {
    id: newId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: intent.amount,
    created: ctx.clock.now(),
    currency: intent.currency,
    invoice: invoice.id,
    is_default: false,
    livemode: false,
    payment: { payment_intent: intentId, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
  if (intent.status === 'succeeded') intentSucceeded(ctx, intentId);
  return findInvoice(ctx, invoice.id);
}

function isAttached(ctx: Context, intent: string): boolean {
  return ctx.tx.where('invoice_payments', 'payment.payment_intent', intent).length > 0;
}
