import type Stripe from 'stripe';
import { idOf } from '../core/references';
import type { Context } from '../core/context';

/** What the subscription is paid by: its own method, or else its customer's. */
export function defaultMethod(ctx: Context, subscription: Stripe.Subscription): string | null {
  const customer = ctx.tx.get('customers', idOf(subscription.customer) ?? '');
  const own = idOf(subscription.default_payment_method);
  if (own !== null || customer === undefined || customer.deleted === true) return own;
  return idOf(customer.invoice_settings.default_payment_method);
}
