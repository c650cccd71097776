import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { ApiError, invalidRequest, type ErrorBody } from '../core/errors';
import { unschedule } from '../core/schedule';
import { challengesPayment } from '../payments/challenge';
import { confirmPaymentIntent } from '../payments/confirm';
import { findCustomer } from '../payments/find-customer';
import { idOf } from '../core/references';
import { customerOf, findInvoice, notOpen, subscriptionOf } from './find-invoice';
import { failed } from './attempts';
import { changeInvoice } from './invoice-change';
import { closeIntent, intentOf, openIntent } from './invoice-intent';
import { settleInvoice } from './invoice-paid';

export interface PaymentOptions {
  offSession: boolean;
  paymentMethod?: string;
  paidOutOfBand?: boolean;
  /** One of Stripe's own retries; these alone count as further attempts. */
  automatic?: boolean;
}

export interface PaymentOutcome {
  invoice: Stripe.Invoice;
  error: ErrorBody | null;
}

export const NO_PAYMENT_METHOD: ErrorBody = {
  type: 'invalid_request_error',
  code: 'resource_missing',
  message:
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.',
};

const REQUIRES_ACTION: ErrorBody = {
  type: 'card_error',
  code: 'invoice_payment_intent_requires_action',
  message:
    'This payment requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent associated with the invoice. For more details see: https://stripe.com/docs/billing/subscriptions/overview#requires-action',
};

/** Tries to pay; a decline is an answer that keeps its effect. What follows from the intent is done by the reactions. */
export function attemptPayment(ctx: Context, id: string, options: PaymentOptions): PaymentOutcome {
  const invoice = payable(findInvoice(ctx, id));
  unschedule(ctx, 'collect_invoice', id);
  if (options.paidOutOfBand === true) {
    closeIntent(ctx, id, null);
    return { invoice: settleInvoice(ctx, invoice, { amount: invoice.amount_remaining, offStripe: true }), error: null };
  }
  if (invoice.amount_remaining === 0) return { invoice: settleInvoice(ctx, invoice), error: null };
  const begun = options.automatic === true ? changeInvoice(ctx, invoice, retried(invoice)) : invoice;
  const method = options.paymentMethod ?? paymentMethodFor(ctx, invoice);
  if (method === null) {
    changeInvoice(ctx, begun, failed(ctx, begun), ['invoice.payment_failed']);
    return { invoice: findInvoice(ctx, id), error: NO_PAYMENT_METHOD };
  }
  const error = confirm(ctx, begun, method, options);
  const waits = intentOf(ctx, id)?.status === 'requires_action';
  return { invoice: findInvoice(ctx, id), error: waits ? REQUIRES_ACTION : error };
}

function confirm(
  ctx: Context,
  invoice: Stripe.Invoice,
  method: string,
  { automatic = false, offSession }: PaymentOptions,
): ErrorBody | null {
  try {
    return confirmPaymentIntent(ctx, openIntent(ctx, invoice), {
      payment_method: method,
      off_session: offSession && !waitsForCustomer(ctx, method),
    }).error;
  } catch (error) {
    // Nobody asked who could be told that the method is gone, or has no mandate: it is a failure like any other.
    if (!automatic || !(error instanceof ApiError)) throw error;
    changeInvoice(ctx, invoice, failed(ctx, invoice), ['invoice.payment_failed']);
    return error.body;
  }
}

/** Where the bank wants to see the customer, an invoice waits for them rather than being declined. */
function waitsForCustomer(ctx: Context, method: string): boolean {
  const found = ctx.tx.get('payment_methods', method);
  return found?.type === 'card' && challengesPayment(ctx, method, { offSession: true, requested: 'automatic' });
}

/** What the invoice names, or else its subscription, or else its customer. */
export function paymentMethodFor(ctx: Context, invoice: Stripe.Invoice): string | null {
  const subscription = ctx.tx.get('subscriptions', subscriptionOf(invoice) ?? '');
  return (
    idOf(invoice.default_payment_method) ??
    idOf(subscription?.default_payment_method) ??
    idOf(findCustomer(ctx, customerOf(invoice)).invoice_settings.default_payment_method)
  );
}

/** After the first attempt only Stripe's own count. */
function retried(invoice: Stripe.Invoice): Stripe.Invoice {
  if (invoice.attempt_count === 0) return invoice;
  return { ...invoice, attempt_count: invoice.attempt_count + 1, next_payment_attempt: null };
}

function payable(invoice: Stripe.Invoice): Stripe.Invoice {
  if (invoice.status === 'open' || invoice.status === 'uncollectible') return invoice;
  if (invoice.status === 'paid') throw invalidRequest('Invoice is already paid');
  throw notOpen();
}
