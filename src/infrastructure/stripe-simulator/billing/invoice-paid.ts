import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { unschedule } from '../core/schedule';
import { changeInvoice } from './invoice-change';

/** How much came in, and whether through Stripe. */
export interface Receipt {
  amount: number;
  offStripe?: boolean;
}

/** Books what was paid; with the last of it the invoice is paid. */
export function settleInvoice(ctx: Context, before: Stripe.Invoice, receipt: Receipt = { amount: 0 }): Stripe.Invoice {
  const paid = before.amount_paid + receipt.amount;
  const after: Stripe.Invoice = {
    ...before,
    amount_paid: paid,
    amount_remaining: Math.max(before.amount_due - paid, 0),
    ...(receipt.offStripe === true
      ? { amount_paid_off_stripe: (before.amount_paid_off_stripe ?? 0) + receipt.amount }
      : {}),
  };
  if (after.amount_remaining > 0) return changeInvoice(ctx, before, after);
  unschedule(ctx, 'collect_invoice', before.id);
  unschedule(ctx, 'pass_due_date', before.id);
  unschedule(ctx, 'remind_of_due_date', before.id);
  const settled: Stripe.Invoice = {
    ...after,
    attempted: before.attempted || receipt.offStripe !== true,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...before.status_transitions, paid_at: ctx.clock.now() },
  };
  return changeInvoice(ctx, before, settled, ['invoice.paid', 'invoice.payment_succeeded']);
}
