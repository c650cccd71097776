import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { planRetry } from '../subscriptions/retry-plan';

/** Any attempt counts as the first. */
export function counted(invoice: Stripe.Invoice): Stripe.Invoice {
  return {
    ...invoice,
    attempt_count: Math.max(invoice.attempt_count, 1),
    attempted: true,
    // What a person tries in between leaves the schedule of retries alone.
    next_payment_attempt: invoice.attempted ? invoice.next_payment_attempt : null,
  };
}

/** Counted, and with the next of Stripe's own tries. */
export function failed(ctx: Context, invoice: Stripe.Invoice): Stripe.Invoice {
  const attempted = counted(invoice);
  return { ...attempted, next_payment_attempt: planRetry(ctx, attempted) };
}
