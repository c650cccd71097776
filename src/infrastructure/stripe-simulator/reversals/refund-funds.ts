import type Stripe from 'stripe';
import { isCardCharge } from '../balance/balance-transaction';
import { post } from '../balance/posting';
import { inSettlementCurrency } from '../balance/settlement';
import type { Context } from '../core/context';

/** Takes the money off the balance, once the charge itself stands there; Stripe keeps its fee for the charge. */
export function bookRefund(ctx: Context, refund: Stripe.Refund, charge: Stripe.Charge): Stripe.Refund {
  const { balance_transaction: of } = charge;
  const income = typeof of === 'string' ? ctx.tx.get('balance_transactions', of) : undefined;
  if (income === undefined || refund.balance_transaction !== null) return refund;
  const transaction = post(ctx, {
    type: isCardCharge(charge) ? 'refund' : 'payment_refund',
    reportingCategory: 'refund',
    money: inSettlementCurrency(ctx, -refund.amount, refund.currency),
    source: refund.id,
    description: forCharge('REFUND FOR CHARGE', charge),
    // Money that is still to come is taken from what comes.
    availableOn: income.available_on,
  });
  const booked = { ...refund, balance_transaction: transaction.id };
  ctx.tx.put('refunds', booked);
  return booked;
}

/** Brings back exactly what the refund had taken, whatever the rate is by now. */
export function unbookRefund(ctx: Context, refund: Stripe.Refund, charge: Stripe.Charge): string | null {
  const { balance_transaction: of } = refund;
  const outgo = typeof of === 'string' ? ctx.tx.get('balance_transactions', of) : undefined;
  if (outgo === undefined) return null;
  const { amount, currency, exchange_rate: exchangeRate } = outgo;
  return post(ctx, {
    type: 'refund_failure',
    reportingCategory: 'refund_failure',
    money: { amount: -amount, currency, exchangeRate },
    source: refund.id,
    description: forCharge('REFUND FAILURE FOR CHARGE', charge),
    availableOn: outgo.available_on,
  }).id;
}

function forCharge(what: string, charge: Stripe.Charge): string {
  return charge.description === null ? what : `${what} (${charge.description})`;
}
