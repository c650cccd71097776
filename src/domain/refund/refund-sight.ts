import type { StripeRefundStatus } from './refund-status';

/** A refund as Stripe showed it, in the terms of this domain. */
export interface RefundSight {
  /** `re_…` or `pyr_…` */
  readonly refund: string;
  /** From the metadata that we set; null for one that is not ours. */
  readonly refundId: string | null;
  readonly status: StripeRefundStatus;
  readonly amount: number;
  readonly currency: string;
  /** Stripe's: why it was made, and why it waits or failed. */
  readonly reason: string | null;
  readonly pendingReason: string | null;
  readonly failureReason: string | null;
  readonly balanceTransaction: string | null;
  readonly createdAt: Date;
}
