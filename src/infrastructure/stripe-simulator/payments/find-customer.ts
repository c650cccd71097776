import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { resourceMissing } from '../core/errors';

/** A customer that can still be used; a deleted one is as missing as one that never was. */
export function findCustomer(ctx: Context, id: string, param = 'customer', status: 400 | 404 = 400): Stripe.Customer {
  const found = ctx.tx.get('customers', id);
  if (found === undefined || found.deleted === true) throw resourceMissing('customer', id, param, status);
  return found;
}

/** For lists: what a customer left behind can still be looked at after the customer is deleted. */
export function requireKnownCustomer(ctx: Context, id: string | undefined): void {
  if (id !== undefined && ctx.tx.get('customers', id) === undefined) {
    throw resourceMissing('customer', id, 'customer', 400);
  }
}
