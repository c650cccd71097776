import type { RefundDecision } from '../../domain/refund/refund-decision';
import type { RefundFailure, RefundOrigin } from '../../domain/refund/refund';
import type { RefundStatus } from '../../domain/refund/refund-status';

/** A refund as it is shown. Plain JSON; amounts in minor units, times in ISO 8601. */
export interface RefundView {
  readonly id: string;
  readonly payment: string;
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
