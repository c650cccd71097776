import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest, resourceMissing, type ApiError } from '../core/errors';
import { idOf } from '../core/references';

export function findInvoice(ctx: Context, id: string, param = 'invoice', status: 400 | 404 = 404): Stripe.Invoice {
  const found = ctx.tx.get('invoices', id);
  if (found === undefined) throw resourceMissing('invoice', id, param, status);
  return found;
}

export function customerOf(invoice: Stripe.Invoice): string {
  return idOf(invoice.customer) ?? '';
}

export function subscriptionOf(invoice: Stripe.Invoice): string | null {
  return idOf(invoice.parent?.subscription_details?.subscription);
}

export function notOpen(): ApiError {
  return invalidRequest("You can only pass in open invoices. This invoice isn't open.");
}
