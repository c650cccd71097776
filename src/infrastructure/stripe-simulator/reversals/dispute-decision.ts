import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import { escalate } from './dispute';
import { postCounterFee, reinstate } from './dispute-funds';

export type Decision = 'escalate' | 'lose' | 'win';

const OPEN = ['needs_response', 'under_review', 'warning_needs_response', 'warning_under_review'];

/** Evidence that tells Stripe's test mode how the bank is to decide. */
const TELLING: Readonly<Record<string, Decision>> = {
  escalate_inquiry_evidence: 'escalate',
  losing_evidence: 'lose',
  winning_evidence: 'win',
};

export function decisionIn(evidence: Stripe.Dispute.Evidence): Decision | null {
  return TELLING[evidence.uncategorized_text?.trim() ?? ''] ?? null;
}

/** The bank has read the evidence. */
export function decideByEvidence(ctx: Context, id: string): void {
  const dispute = ctx.tx.get('disputes', id);
  if (dispute === undefined || !['under_review', 'warning_under_review'].includes(dispute.status)) return;
  const decision = decisionIn(dispute.evidence);
  // What told the bank to escalate an inquiry tells it nothing of the chargeback that came of it.
  if (decision === null || (decision === 'escalate' && !isInquiry(dispute))) return;
  decide(ctx, dispute, decision);
}

/** The day for an answer has passed, or an inquiry's time. */
export function expireDispute(ctx: Context, id: string): void {
  const dispute = ctx.tx.get('disputes', id);
  if (dispute === undefined) return;
  const { due_by: due } = dispute.evidence_details;
  if (isInquiry(dispute)) closeAs(ctx, dispute, 'warning_closed');
  // What was an inquiry still has that one's task, which may come too early.
  else if (dispute.status === 'needs_response' && ctx.clock.now() > (due ?? 0)) closeAs(ctx, dispute, 'lost');
}

/** As the bank, or a person who stands for it, decides; who loses may yet get a part back. */
export function decide(ctx: Context, dispute: Stripe.Dispute, decision: Decision, returned = 0): Stripe.Dispute {
  checkOpen(dispute);
  if (returned !== 0) return loseInPart(ctx, dispute, decision, returned);
  if (isInquiry(dispute)) {
    return decision === 'escalate' ? escalate(ctx, dispute) : closeAs(ctx, dispute, 'warning_closed');
  }
  if (decision === 'escalate') throw invalidRequest('Only an inquiry can be escalated.');
  return decision === 'win' ? win(ctx, dispute) : closeAs(ctx, dispute, 'lost');
}

/** The merchant gives in. */
export function acceptDispute(ctx: Context, dispute: Stripe.Dispute): Stripe.Dispute {
  return decide(ctx, dispute, 'lose');
}

export function checkOpen(dispute: Stripe.Dispute): void {
  if (!OPEN.includes(dispute.status)) throw invalidRequest('This dispute is already closed');
}

/** Whoever has got everything back by a refund has nothing left to ask for. */
export function closeAnsweredInquiries(ctx: Context, charge: string): void {
  if (ctx.tx.get('charges', charge)?.refunded !== true) return;
  for (const dispute of ctx.tx.where('disputes', 'charge', charge)) {
    if (isInquiry(dispute)) closeAs(ctx, dispute, 'warning_closed');
  }
}

function isInquiry({ status }: Stripe.Dispute): boolean {
  return status === 'warning_needs_response' || status === 'warning_under_review';
}

function win(ctx: Context, dispute: Stripe.Dispute): Stripe.Dispute {
  const won: Stripe.Dispute = { ...dispute, is_charge_refundable: true, status: 'won' };
  ctx.tx.put('disputes', won);
  postCounterFee(ctx, won, 'return');
  const reinstated = reinstate(ctx, won);
  if (reinstated !== null) emit(ctx, 'charge.dispute.funds_reinstated', reinstated);
  emit(ctx, 'charge.dispute.closed', reinstated ?? won);
  return reinstated ?? won;
}

/** Such as what was refunded before the bank asked for the whole. */
function loseInPart(ctx: Context, dispute: Stripe.Dispute, decision: Decision, returned: number): Stripe.Dispute {
  const isPart = Number.isSafeInteger(returned) && returned > 0 && returned <= dispute.amount;
  if (decision !== 'lose' || dispute.balance_transactions.length === 0 || !isPart) {
    throw invalidRequest(
      `Only a dispute that is lost returns a part, from 1 to ${String(dispute.amount)}, of what it has withdrawn.`,
    );
  }
  const lost: Stripe.Dispute = { ...dispute, status: 'lost' };
  ctx.tx.put('disputes', lost);
  const reinstated = reinstate(ctx, lost, returned) ?? lost;
  emit(ctx, 'charge.dispute.funds_reinstated', reinstated);
  emit(ctx, 'charge.dispute.closed', reinstated);
  return reinstated;
}

function closeAs(ctx: Context, dispute: Stripe.Dispute, status: 'lost' | 'warning_closed'): Stripe.Dispute {
  const closed: Stripe.Dispute = { ...dispute, status };
  ctx.tx.put('disputes', closed);
  emit(ctx, 'charge.dispute.closed', closed);
  return closed;
}
