import type Stripe from 'stripe';
import type { DisputeMovement, DisputeObservation } from '../../domain/dispute/dispute';
import { DISPUTE_STATUSES, type DisputeStatus } from '../../domain/dispute/dispute-status';
import { fromStripeAmount } from './stripe-amount';

/** Set with the evidence, in the same request: it says whose evidence Stripe has. */
export const SUBMISSION_KEY = 'cashdesk_submission';

export function isDispute(value: unknown): value is Stripe.Dispute {
  return (value as { object?: unknown } | null | undefined)?.object === 'dispute';
}

function isKnownStatus(status: string): status is DisputeStatus {
  return (DISPUTE_STATUSES as readonly string[]).includes(status);
}

/** @returns null for a status that this version does not know: nothing may be taken for what it is not. */
export function disputeObservationOf(dispute: Stripe.Dispute): DisputeObservation | null {
  const { evidence_details: details, payment_method_details: method, status, currency } = dispute;
  if (!isKnownStatus(status)) return null;
  return {
    id: dispute.id,
    charge: idOf(dispute.charge),
    intent: dispute.payment_intent === null ? null : idOf(dispute.payment_intent),
    status,
    reason: dispute.reason,
    networkReason: method?.card?.network_reason_code ?? dispute.network_reason_code ?? null,
    amount: fromStripeAmount(dispute.amount, currency),
    currency,
    // Stripe says 0 where the bank takes no answer.
    dueBy: details.due_by === null || details.due_by === 0 ? null : timeOf(details.due_by),
    pastDue: details.past_due,
    submissionCount: details.submission_count,
    hasEvidence: details.has_evidence,
    isChargeRefundable: dispute.is_charge_refundable,
    movements: dispute.balance_transactions.map(movementOf),
    openedAt: timeOf(dispute.created),
  };
}

function movementOf({ id, amount, fee, net, currency, created }: Stripe.BalanceTransaction): DisputeMovement {
  return {
    id,
    amount: fromStripeAmount(amount, currency),
    fee: fromStripeAmount(fee, currency),
    net: fromStripeAmount(net, currency),
    currency,
    at: timeOf(created),
  };
}

function idOf(reference: string | { readonly id: string }): string {
  return typeof reference === 'string' ? reference : reference.id;
}

function timeOf(seconds: number): Date {
  return new Date(seconds * 1_000);
}
