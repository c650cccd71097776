import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import { unschedule } from '../core/schedule';
import { idOf } from '../core/references';
import { onRealClock } from '../core/test-time';
import { awaitReference, cardDestination, changeRefund, withRefunded } from './refund';
import { unbookRefund } from './refund-funds';

export type RefundDecision = 'cancel' | 'fail' | 'succeed';

/** What the test card that lets refunds fail says; the others are said by banks, or by disputes. */
const EXPIRED_CARD = 'expired_or_canceled_card';
export const FAILURE_REASONS = [
  'charge_for_pending_refund_disputed',
  'declined',
  EXPIRED_CARD,
  'insufficient_funds',
  'lost_or_stolen_card',
  'merchant_request',
  'unknown',
];

/** Not given back yet, though it counts as refunded. */
export function isUnderWay({ status }: Stripe.Refund): boolean {
  return status === 'pending' || status === 'requires_action';
}

/** The bank has given the money back. */
export function finishRefund(ctx: Context, id: string): void {
  const refund = ctx.tx.get('refunds', id);
  if (refund === undefined || !isUnderWay(refund)) return;
  const card = refund.destination_details?.card !== undefined;
  const finished: Stripe.Refund = {
    ...withoutHope(refund),
    ...(card ? { destination_details: cardDestination(false) } : {}),
    status: 'succeeded',
  };
  changeRefund(ctx, refund, finished);
  awaitReference(ctx, finished);
}

export function failRefund(ctx: Context, id: string): void {
  endInFailure(ctx, id, EXPIRED_CARD);
}

/** Whoever disputes the charge gets the money that way. */
export function failPendingRefunds(ctx: Context, charge: string): void {
  for (const refund of ctx.tx.where('refunds', 'charge', charge)) {
    if (isUnderWay(refund)) endInFailure(ctx, refund.id, 'charge_for_pending_refund_disputed');
  }
}

/** As the customer's bank, the customer or the merchant's dashboard ends it. */
export function decideRefund(
  caller: Context,
  refund: Stripe.Refund,
  decision: RefundDecision,
  reason = 'unknown',
): Stripe.Refund {
  const ctx = onRealClock(caller);
  const canFail = decision === 'fail' && refund.status === 'succeeded';
  if (!canFail && !isUnderWay(refund)) {
    throw invalidRequest(`This refund cannot ${decision} any more; its status is ${refund.status ?? 'unknown'}.`);
  }
  for (const kind of ['finish_refund', 'fail_refund', 'expire_refund'] as const) unschedule(ctx, kind, refund.id);
  if (decision === 'succeed') finishRefund(ctx, refund.id);
  else if (decision === 'fail') endInFailure(ctx, refund.id, reason);
  else end(ctx, refund, { failure_reason: 'merchant_request', status: 'canceled' });
  return ctx.tx.get('refunds', refund.id) ?? refund;
}

/** By Stripe's API only what waits for the customer is canceled. */
export function cancelRefund(ctx: Context, refund: Stripe.Refund): Stripe.Refund {
  if (refund.status !== 'requires_action') throw invalidRequest('Canceling this refund is unsupported.');
  return decideRefund(ctx, refund, 'cancel');
}

/** The customer never said where the money is to go. */
export function expireRefund(ctx: Context, id: string): void {
  const refund = ctx.tx.get('refunds', id);
  if (refund?.status === 'requires_action') end(ctx, refund, { status: 'canceled' });
}

function endInFailure(ctx: Context, id: string, reason: string): void {
  const refund = ctx.tx.get('refunds', id);
  if (refund === undefined || (!isUnderWay(refund) && refund.status !== 'succeeded')) return;
  const failed = end(ctx, refund, { failure_reason: reason, status: 'failed' });
  emit(ctx, 'refund.failed', failed);
}

/** Brings the money back to the balance, and to what is left of the charge. */
function end(
  ctx: Context,
  refund: Stripe.Refund,
  how: Pick<Stripe.Refund, 'failure_reason' | 'status'>,
): Stripe.Refund {
  const charge = ctx.tx.get('charges', idOf(refund.charge) ?? '');
  if (charge === undefined) throw new Error(`${refund.id} refunds no charge`);
  const returned = unbookRefund(ctx, refund, charge);
  const ended: Stripe.Refund = {
    ...withoutHope(refund),
    ...(returned === null ? {} : { failure_balance_transaction: returned }),
    ...how,
  };
  ctx.tx.put('charges', withRefunded(charge, -refund.amount));
  changeRefund(ctx, refund, ended);
  return ended;
}

function withoutHope(refund: Stripe.Refund): Stripe.Refund {
  const { next_action: _asked, pending_reason: _waited, ...kept } = refund;
  return kept;
}
