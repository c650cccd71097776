import { randomInt } from 'node:crypto';
import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { previousAttributes } from '../core/changes';
import { emit } from '../core/emit';
import { newId } from '../core/ids';
import { schedule } from '../core/schedule';
import { idOf } from '../core/test-time';
import { bookRefund, unbookRefund } from './refund-funds';
import { checkRefundable, checkRefundAmount, refundable } from './refund-rules';
import { refundingOf } from './test-method';

export interface RefundRequest {
  amount?: number;
  instructionsEmail?: string;
  metadata?: Record<string, string>;
  reason?: Stripe.Refund.Reason;
}

export function refundCharge(ctx: Context, charge: Stripe.Charge, request: RefundRequest): Stripe.Refund {
  checkRefundable(ctx, charge);
  const amount = request.amount ?? refundable(charge);
  checkRefundAmount(charge, amount);
  const refunding = refundingOf(ctx, charge);
  const refund = newRefund(ctx, charge, { ...request, amount }, refunding === 'pending');
  ctx.tx.put('refunds', refund);
  const refunded = withRefunded(charge, amount);
  ctx.tx.put('charges', refunded);
  const { settings } = ctx;
  const now = ctx.clock.nowMs();
  if (refunding === 'pending') schedule(ctx, 'finish_refund', refund.id, now + settings.refundDelayMs);
  if (refunding === 'fails_later') schedule(ctx, 'fail_refund', refund.id, now + settings.refundFailureDelayMs);
  if (refund.status === 'succeeded') awaitReference(ctx, refund);
  emit(ctx, 'refund.created', bookRefund(ctx, refund, refunded));
  emit(ctx, 'charge.refunded', refunded, previousAttributes(charge, refunded));
  return ctx.tx.get('refunds', refund.id) ?? refund;
}

function newRefund(
  ctx: Context,
  charge: Stripe.Charge,
  request: RefundRequest & { amount: number },
  pending: boolean,
): Stripe.Refund {
  const card = charge.payment_method_details?.type === 'card';
  return {
    id: newId(card ? 're' : 'pyr'),
    object: 'refund',
    amount: request.amount,
    balance_transaction: null,
    charge: charge.id,
    created: ctx.clock.now(),
    currency: charge.currency,
    customer: idOf(charge.customer),
    customer_account: null,
    ...(card ? { destination_details: cardDestination(pending) } : {}),
    ...(request.instructionsEmail === undefined ? {} : { instructions_email: request.instructionsEmail }),
    metadata: request.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(pending ? { pending_reason: 'processing' } : {}),
    reason: request.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: pending ? 'pending' : 'succeeded',
    transfer_reversal: null,
  };
}

function cardDestination(pending: boolean): Stripe.Refund.DestinationDetails {
  return {
    card: {
      reference_status: 'pending',
      reference_type: 'acquirer_reference_number',
      type: pending ? 'pending' : 'refund',
    },
    type: 'card',
  };
}

function withRefunded(charge: Stripe.Charge, amount: number): Stripe.Charge {
  const refunded = charge.amount_refunded + amount;
  return { ...charge, amount_refunded: refunded, refunded: refunded === charge.amount_captured };
}

/** The bank has given the money back. */
export function finishRefund(ctx: Context, id: string): void {
  const refund = ctx.tx.get('refunds', id);
  if (refund?.status !== 'pending') return;
  const { pending_reason: _over, ...kept } = refund;
  const destination = refund.destination_details === undefined ? {} : { destination_details: cardDestination(false) };
  changeRefund(ctx, refund, { ...kept, ...destination, status: 'succeeded' });
  awaitReference(ctx, refund);
}

function awaitReference(ctx: Context, { id, destination_details: destination }: Stripe.Refund): void {
  const delay = ctx.settings.refundReferenceDelayMs;
  if (destination?.card !== undefined && delay > 0) schedule(ctx, 'know_reference', id, ctx.clock.nowMs() + delay);
}

/** 23 digits, of which the first says that a card was used. */
function acquirerReference(): string {
  return `7${Array.from({ length: 22 }, () => String(randomInt(10))).join('')}`;
}

/** The number by which the customer's bank finds the refund. */
export function knowReference(ctx: Context, id: string): void {
  const refund = ctx.tx.get('refunds', id);
  const card = refund?.destination_details?.card;
  if (refund?.status !== 'succeeded' || card === undefined) return;
  const known = { ...card, reference: acquirerReference(), reference_status: 'available' };
  changeRefund(ctx, refund, { ...refund, destination_details: { card: known, type: 'card' } });
}

export function failRefund(ctx: Context, id: string): void {
  endInFailure(ctx, id, 'unknown');
}

/** Whoever disputes the charge gets the money that way. */
export function failPendingRefunds(ctx: Context, charge: string): void {
  for (const refund of ctx.tx.where('refunds', 'charge', charge)) {
    if (refund.status === 'pending') endInFailure(ctx, refund.id, 'charge_for_pending_refund_disputed');
  }
}

function endInFailure(ctx: Context, id: string, reason: string): void {
  const refund = ctx.tx.get('refunds', id);
  if (refund === undefined || (refund.status !== 'pending' && refund.status !== 'succeeded')) return;
  const charge = ctx.tx.get('charges', idOf(refund.charge) ?? '');
  if (charge === undefined) return;
  const returned = unbookRefund(ctx, refund, charge);
  const { pending_reason: _over, ...kept } = refund;
  const failed: Stripe.Refund = {
    ...kept,
    ...(returned === null ? {} : { failure_balance_transaction: returned }),
    failure_reason: reason,
    status: 'failed',
  };
  ctx.tx.put('charges', withRefunded(charge, -refund.amount));
  changeRefund(ctx, refund, failed);
  emit(ctx, 'refund.failed', failed);
}

/** What the charge waited for has come, so its refunds can be booked too. */
export function bookWaitingRefunds(ctx: Context, charge: Stripe.Charge): void {
  for (const refund of ctx.tx.where('refunds', 'charge', charge.id)) {
    if (refund.status === 'failed' || refund.status === 'canceled') continue;
    const booked = bookRefund(ctx, refund, charge);
    if (booked !== refund) announceChange(ctx, refund, booked);
  }
}

export function changeRefund(ctx: Context, before: Stripe.Refund, after: Stripe.Refund): void {
  ctx.tx.put('refunds', after);
  announceChange(ctx, before, after);
}

function announceChange(ctx: Context, before: Stripe.Refund, after: Stripe.Refund): void {
  const previous = previousAttributes(before, after);
  emit(ctx, 'refund.updated', after, previous);
  emit(ctx, 'charge.refund.updated', after, previous);
}
