import type { RefundDecision } from '../../domain/refund/refund-decision';
import type { Refund, RefundFailure, RefundOrigin } from '../../domain/refund/refund';
import type { RefundStatus } from '../../domain/refund/refund-status';

/** A refund as it is shown. Plain JSON; amounts in minor units, times in ISO 8601. */
export interface RefundView {
  readonly id: string;
  readonly paymentId: string;
  readonly status: RefundStatus;
  readonly origin: RefundOrigin;
  readonly amount: number;
  readonly currency: string;
  readonly reason: string | null;
  readonly note: string | null;
  readonly requestedBy: string | null;
  /** What the policy said when it was asked for. */
  readonly decision: RefundDecision | null;
  /** Until when it is to be decided. */
  readonly expiresAt: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly decisionNote: string | null;
  readonly stripeRefund: string | null;
  /** Why Stripe lets it wait. */
  readonly pendingReason: string | null;
  readonly failure: RefundFailure | null;
  /** Why a person must look at it. */
  readonly attention: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function refundViewOf(refund: Refund): RefundView {
  const props = refund.snapshot();
  return {
    id: props.id,
    paymentId: props.paymentId,
    status: props.status,
    origin: props.origin,
    amount: props.money.amount,
    currency: props.money.currency,
    reason: props.reason,
    note: props.note,
    requestedBy: props.requestedBy,
    decision: props.decision,
    expiresAt: props.expiresAt?.toISOString() ?? null,
    decidedBy: props.decidedBy,
    decidedAt: props.decidedAt?.toISOString() ?? null,
    decisionNote: props.decisionNote,
    stripeRefund: props.stripeRefund,
    pendingReason: props.pendingReason,
    failure: props.failure,
    attention: props.attention,
    createdAt: props.createdAt.toISOString(),
    updatedAt: props.updatedAt.toISOString(),
  };
}
