import type Stripe from 'stripe';
import type { NewInvoice } from '../billing/invoice-draft';
import { finalizeInvoice } from '../billing/invoice-finalize';
import { attemptPayment, NO_PAYMENT_METHOD } from '../billing/invoice-payment';
import type { Context } from '../core/context';
import { ApiError } from '../core/errors';
import { draftLatest, holdBack, isHeld } from './draft-latest';
import type { PaymentBehavior } from './subscription-params';
import { findSubscription } from './subscription-rows';

export interface Payment {
  behavior: PaymentBehavior;
  offSession: boolean;
}

/** Drafts the invoice as the subscription's latest; what is collected automatically becomes final and is paid at once. */
export function billNow(ctx: Context, spec: NewInvoice, payment: Payment): Stripe.Invoice {
  const subscription = findSubscription(ctx, spec.subscription ?? '');
  if (isHeld(subscription)) return holdBack(ctx, spec, subscription);
  const draft = draftLatest(ctx, spec);
  if (spec.collectionMethod === 'send_invoice') return draft;
  const invoice = finalizeInvoice(ctx, draft.id);
  if (invoice.status !== 'open' || payment.behavior === 'default_incomplete') return invoice;
  const { invoice: attempted, error } = attemptPayment(ctx, invoice.id, { offSession: payment.offSession });
  if (error === NO_PAYMENT_METHOD) throw new ApiError(400, error);
  if (error !== null && payment.behavior === 'error_if_incomplete') throw new ApiError(402, error);
  return attempted;
}
