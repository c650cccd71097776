import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { unschedule } from '../core/schedule';
import { counted } from './attempts';
import { changeCustomerBalance } from './customer-balance';
import { customerOf } from './find-invoice';
import { changeInvoice } from './invoice-change';

/** How much came in, and how. */
export interface Receipt {
  amount: number;
  offStripe?: boolean;
  /** By an attempt with the invoice's own intent. */
  attempted?: boolean;
}

/** Books what was paid; with the last of it the invoice is paid, and more than that is credited to the customer. */
export function settleInvoice(ctx: Context, before: Stripe.Invoice, receipt: Receipt = { amount: 0 }): Stripe.Invoice {
  const amount = Math.min(receipt.amount, before.amount_remaining);
  const over = receipt.amount - amount;
  const after: Stripe.Invoice = {
    ...before,
    ...(receipt.attempted === true ? counted(before) : {}),
    amount_overpaid: before.amount_overpaid + over,
    amount_paid: before.amount_paid + amount,
    amount_remaining: before.amount_remaining - amount,
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
  if (over > 0) creditOverpaid(ctx, before, over);
  const types = ['invoice.paid', 'invoice.payment_succeeded'] as const;
  return changeInvoice(ctx, before, settled, over > 0 ? [...types, 'invoice.overpaid'] : types);
}

function creditOverpaid(ctx: Context, invoice: Stripe.Invoice, amount: number): void {
  changeCustomerBalance(ctx, customerOf(invoice), {
    amount: -amount,
    currency: invoice.currency,
    invoice: invoice.id,
    type: 'invoice_overpaid',
  });
}
