import { randomInt } from 'node:crypto';
import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { previousAttributes } from '../core/changes';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import { newId } from '../core/ids';
import { schedule } from '../core/schedule';
import { idOf } from '../core/references';
import { onRealClock } from '../core/test-time';
import { bookRefund } from './refund-funds';
import { checkRefundable, checkRefundAmount, refundable } from './refund-rules';
import { refundingOf } from './test-method';

/** After that long without an answer the money is not given back. */
const CUSTOMER_HAS_MS = 45 * 86_400_000;

export interface RefundRequest {
  amount?: number;
  instructionsEmail?: string;
  metadata?: Record<string, string>;
  reason?: Stripe.Refund.Reason;
}

export function refundCharge(caller: Context, charge: Stripe.Charge, request: RefundRequest): Stripe.Refund {
  const ctx = onRealClock(caller);
  checkRefundable(ctx, charge);
  const amount = request.amount ?? refundable(charge);
  checkRefundAmount(charge, amount);
  const refunding = refundingOf(ctx, charge);
  const blank = newRefund(ctx, charge, { ...request, amount }, refunding === 'pending');
  const refund = refunding === 'asks_customer' ? askingCustomer(ctx, blank, charge) : blank;
  ctx.tx.put('refunds', refund);
  const refunded = withRefunded(charge, amount);
  ctx.tx.put('charges', refunded);
  const { settings } = ctx;
  const now = ctx.clock.nowMs();
  if (refunding === 'pending') schedule(ctx, 'finish_refund', refund.id, now + settings.refundDelayMs);
  if (refunding === 'asks_customer') schedule(ctx, 'expire_refund', refund.id, now + CUSTOMER_HAS_MS);
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

/** Some methods cannot be given back to: their customer is asked by mail where the money is to go. */
function askingCustomer(ctx: Context, refund: Stripe.Refund, charge: Stripe.Charge): Stripe.Refund {
  const customer = ctx.tx.get('customers', idOf(charge.customer) ?? '');
  const email =
    refund.instructions_email ??
    charge.receipt_email ??
    charge.billing_details.email ??
    (customer?.deleted === true ? null : customer?.email);
  if (typeof email !== 'string') {
    throw invalidRequest('This refund requires an email address of the customer to send the instructions to.', {
      param: 'instructions_email',
    });
  }
  const { destination_details: _notYet, ...kept } = refund;
  const sent = { email_sent_at: refund.created, email_sent_to: email };
  const expires = refund.created + CUSTOMER_HAS_MS / 1000;
  return {
    ...kept,
    next_action: { type: 'display_details', display_details: { email_sent: sent, expires_at: expires } },
    status: 'requires_action',
  };
}

export function cardDestination(pending: boolean): Stripe.Refund.DestinationDetails {
  return {
    card: {
      reference_status: 'pending',
      reference_type: 'acquirer_reference_number',
      type: pending ? 'pending' : 'refund',
    },
    type: 'card',
  };
}

export function withRefunded(charge: Stripe.Charge, amount: number): Stripe.Charge {
  const refunded = charge.amount_refunded + amount;
  return { ...charge, amount_refunded: refunded, refunded: refunded === charge.amount_captured };
}

export function awaitReference(ctx: Context, { id, destination_details: destination }: Stripe.Refund): void {
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
