import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { previousAttributes } from '../core/changes';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import { schedule } from '../core/schedule';
import { idOf } from '../core/references';
import { withdraw } from './dispute-funds';
import { asChargeback, newDispute } from './dispute-object';
import { failPendingRefunds, isUnderWay } from './refund-end';
import { disputingOf } from './test-method';

/** After that long without an escalation an inquiry is over. */
const INQUIRY_SECONDS = 120 * 86_400;

/** The disputes that hold money, or keep it. */
const TAKING: readonly string[] = ['needs_response', 'under_review', 'lost'];

export interface DisputeRequest {
  /** What is left of the charge, unless given. */
  amount?: number;
  inquiry?: boolean;
  reason?: string;
}

/** A test method's holder disputes the charge, shortly after it was made or captured. */
export function awaitDispute(ctx: Context, id: string): void {
  const charge = ctx.tx.get('charges', id);
  if (charge?.captured !== true || disputingOf(ctx, charge) === null) return;
  schedule(ctx, 'open_dispute', id, ctx.clock.nowMs() + ctx.settings.disputeDelayMs);
}

export function openExpectedDispute(ctx: Context, id: string): void {
  const charge = ctx.tx.get('charges', id);
  const disputing = charge === undefined ? null : disputingOf(ctx, charge);
  if (charge === undefined || disputing === null || disputable(ctx, charge).left === 0) return;
  if (disputing === 'inquiry') openDispute(ctx, charge, { inquiry: true });
  else openDispute(ctx, charge, { reason: disputing === 'debit' ? 'debit_not_authorized' : disputing });
}

/** Whoever paid asks for the money back at the bank; there may be several such cases for one charge. */
export function openDispute(ctx: Context, charge: Stripe.Charge, request: DisputeRequest): Stripe.Dispute {
  const limits = disputable(ctx, charge);
  const amount = request.amount ?? limits.left;
  checkDisputable(charge, amount, limits);
  const opened = newDispute(ctx, charge, {
    amount,
    reason: request.reason ?? (request.inquiry === true ? 'general' : 'fraudulent'),
    status: firstStatus(charge, request.inquiry === true),
  });
  ctx.tx.put('disputes', opened);
  const disputed: Stripe.Charge = { ...charge, disputed: true };
  ctx.tx.put('charges', disputed);
  const inquiry = opened.status === 'warning_needs_response';
  const withdrawn = inquiry ? null : withdraw(ctx, opened, disputed);
  emit(ctx, 'charge.dispute.created', withdrawn ?? opened);
  if (withdrawn !== null) emit(ctx, 'charge.dispute.funds_withdrawn', withdrawn);
  if (!inquiry) failPendingRefunds(ctx, charge.id);
  awaitDueDate(ctx, opened);
  if (opened.status === 'lost') emit(ctx, 'charge.dispute.closed', withdrawn ?? opened);
  return ctx.tx.get('disputes', opened.id) ?? opened;
}

interface Disputable {
  /** What its holder has not got back. */
  left: number;
  /** A bank may ask for what was given back too, but for nothing twice. */
  most: number;
}

/** A refund that is under way fails once the charge is disputed. */
function disputable(ctx: Context, charge: Stripe.Charge): Disputable {
  const underWay = ctx.tx.where('refunds', 'charge', charge.id).filter(isUnderWay);
  const taken = ctx.tx.where('disputes', 'charge', charge.id).filter(({ status }) => TAKING.includes(status));
  const refunded = charge.amount_refunded - sumOf(underWay);
  const most = charge.amount_captured - sumOf(taken);
  return { left: Math.max(0, most - refunded), most };
}

/** Nobody disputes what came back wholly. */
function checkDisputable(charge: Stripe.Charge, amount: number, { left, most }: Disputable): void {
  if (charge.status !== 'succeeded' || !charge.captured) {
    throw invalidRequest(`Charge ${charge.id} was not captured, so it cannot be disputed.`);
  }
  if (left === 0) throw invalidRequest(`Charge ${charge.id} has been refunded or disputed, so it cannot be disputed.`);
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > most) {
    throw invalidRequest(`The disputed amount is from 1 to ${String(most)}.`, { param: 'amount' });
  }
}

function sumOf(parts: readonly { amount: number }[]): number {
  return parts.reduce((sum, { amount }) => sum + amount, 0);
}

/** A debit that its account's holder takes back is gone: no bank hears the other side. */
function firstStatus(charge: Stripe.Charge, inquiry: boolean): Stripe.Dispute.Status {
  if (charge.payment_method_details?.type !== 'card') return 'lost';
  return inquiry ? 'warning_needs_response' : 'needs_response';
}

function awaitDueDate(ctx: Context, dispute: Stripe.Dispute): void {
  const { created, evidence_details: details, status } = dispute;
  const at = status === 'warning_needs_response' ? created + INQUIRY_SECONDS : (details.due_by ?? 0) + 1;
  if (status !== 'lost') schedule(ctx, 'expire_dispute', dispute.id, at * 1000);
}

/** The bank was not content with an inquiry: now it takes the money. */
export function escalate(ctx: Context, inquiry: Stripe.Dispute): Stripe.Dispute {
  const charge = ctx.tx.get('charges', idOf(inquiry.charge) ?? '');
  if (charge === undefined) throw new Error(`${inquiry.id} disputes no charge`);
  const escalated = asChargeback(ctx, inquiry);
  ctx.tx.put('disputes', escalated);
  const withdrawn = withdraw(ctx, escalated, charge);
  const now = withdrawn ?? escalated;
  emit(ctx, 'charge.dispute.updated', now, previousAttributes(inquiry, now));
  if (withdrawn !== null) emit(ctx, 'charge.dispute.funds_withdrawn', withdrawn);
  failPendingRefunds(ctx, charge.id);
  awaitDueDate(ctx, now);
  return ctx.tx.get('disputes', inquiry.id) ?? now;
}

/** What the charge waited for has come, so the money that its disputes take can be booked too. */
export function withdrawWaiting(ctx: Context, charge: Stripe.Charge): void {
  for (const dispute of ctx.tx.where('disputes', 'charge', charge.id)) {
    if (!['lost', 'needs_response', 'under_review'].includes(dispute.status)) continue;
    const withdrawn = withdraw(ctx, dispute, charge);
    if (withdrawn !== null) emit(ctx, 'charge.dispute.funds_withdrawn', withdrawn);
  }
}
