import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { findInvoice } from './find-invoice';

/** Stores the invoice and says what is different about it, and then what that difference is called. */
export function changeInvoice(
  ctx: Context,
  before: Stripe.Invoice,
  after: Stripe.Invoice,
  types: readonly Stripe.Event['type'][] = [],
): Stripe.Invoice {
  ctx.tx.put('invoices', after);
  const previous = previousAttributes(before, after);
  if (Object.keys(previous).length > 0) emit(ctx, 'invoice.updated', after, previous);
  for (const type of types) emit(ctx, type, findInvoice(ctx, after.id));
  return findInvoice(ctx, after.id);
}
