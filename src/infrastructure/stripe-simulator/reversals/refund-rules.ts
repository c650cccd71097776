import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest, resourceMissing } from '../core/errors';
import { idOf } from '../core/references';
import { checkPrecision, displayAmount } from '../payments/currencies';

/** The charge that a refund names, directly or by its payment. */
export function chargeToRefund(
  ctx: Context,
  charge: string | undefined,
  paymentIntent: string | undefined,
): Stripe.Charge {
  const named = charge === undefined ? undefined : ctx.tx.get('charges', charge);
  if (charge !== undefined && named === undefined) throw resourceMissing('charge', charge, 'id');
  if (paymentIntent === undefined) {
    if (named !== undefined) return named;
    throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.');
  }
  const latest = latestCharge(ctx, paymentIntent);
  if (named === undefined || named.id === latest.id) return latest;
  throw invalidRequest(`Charge ${named.id} does not belong to PaymentIntent ${paymentIntent}.`, { param: 'charge' });
}

function latestCharge(ctx: Context, paymentIntent: string): Stripe.Charge {
  const intent = ctx.tx.get('payment_intents', paymentIntent);
  if (intent === undefined) throw resourceMissing('payment_intent', paymentIntent, 'payment_intent');
  const { latest_charge: latest } = intent;
  const charge = typeof latest === 'string' ? ctx.tx.get('charges', latest) : undefined;
  if (charge === undefined) throw nothingToRefund(paymentIntent);
  return charge;
}

/** In the order in which Stripe finds them wrong. */
export function checkRefundable(ctx: Context, charge: Stripe.Charge): void {
  const intent = idOf(charge.payment_intent) ?? '';
  if (charge.status !== 'succeeded') throw nothingToRefund(intent);
  if (!charge.captured) {
    throw invalidRequest(
      `This uncaptured Charge was created by a PaymentIntent (${intent}). You must cancel the PaymentIntent to reverse the authorization instead of refunding the Charge directly. For more information, see https://stripe.com/docs/payments/place-a-hold-on-a-payment-method`,
    );
  }
  const disputes = ctx.tx.where('disputes', 'charge', charge.id);
  if (disputes.some((dispute) => !dispute.is_charge_refundable)) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  if (refundable(charge) <= 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  }
}

/** What a manual capture released was never taken, so it cannot go back. */
export function refundable(charge: Stripe.Charge): number {
  return charge.amount_captured - charge.amount_refunded;
}

export function checkRefundAmount(charge: Stripe.Charge, amount: number): void {
  const left = refundable(charge);
  if (amount <= left) {
    checkPrecision(amount, charge.currency);
    return;
  }
  const shown = (value: number): string => displayAmount(value, charge.currency);
  const limit =
    charge.amount_refunded > 0 ? `unrefunded amount on charge (${shown(left)})` : `charge amount (${shown(left)})`;
  throw invalidRequest(`Refund amount (${shown(amount)}) is greater than ${limit}`, { param: 'amount' });
}

function nothingToRefund(paymentIntent: string): Error {
  return invalidRequest(`This PaymentIntent (${paymentIntent}) does not have a successful charge to refund.`);
}
