import type { Payment } from '../payment/payment';
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

/**
 * A released authorization is no refund, yet Stripe's versions before 2025-03-31 showed it as one: what expired, and the
 * rest that a partial capture let go, which never stood on the balance.
 */
export function isRelease(seen: RefundSight, payment: Payment): boolean {
  const { captured, captureMethod, money } = payment.snapshot();
  if (captured === 0 || seen.reason === 'expired_uncaptured_charge') return true;
  const isRest = captureMethod === 'manual' && seen.amount === money.amount - captured;
  return isRest && seen.refundId === null && seen.balanceTransaction === null && seen.status === 'succeeded';
}
