import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { resourceMissing } from '../core/errors';

/** A customer that can still be used; a deleted one is as missing as one that never was. */
export function findCustomer(ctx: Context, id: string, param = 'customer', status: 400 | 404 = 400): Stripe.Customer {
  const found = ctx.tx.get('customers', id);
  if (found === undefined || found.deleted === true) throw resourceMissing('customer', id, param, status);
  return found;
}
