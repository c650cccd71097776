import type Stripe from 'stripe';
import type { RefundSight } from '../../domain/refund/refund-sight';
import { STRIPE_REFUND_STATUSES, type StripeRefundStatus } from '../../domain/refund/refund-status';
import { fromStripeAmount } from './stripe-amount';
import { idOf } from './stripe-payment-method';

/** Under this our id stands in the metadata of every refund that we make. */
export const REFUND_KEY = 'cashdesk_refund';

type KnownRefund = Stripe.Refund & { readonly status: StripeRefundStatus };

/** An error body without `error` passes the SDK as a success: only this is one. */
export function isRefund(answer: unknown): answer is KnownRefund {
  const { object, id, status } = (answer ?? {}) as Partial<Stripe.Refund>;
  return object === 'refund' && typeof id === 'string' && STRIPE_REFUND_STATUSES.some((known) => known === status);
}

export function refundSightOf(refund: KnownRefund): RefundSight {
  return {
    refund: refund.id,
    refundId: refund.metadata?.[REFUND_KEY] ?? null,
    status: refund.status,
    amount: fromStripeAmount(refund.amount, refund.currency),
    currency: refund.currency,
    reason: refund.reason,
    pendingReason: refund.pending_reason ?? null,
    failureReason: refund.failure_reason ?? null,
    balanceTransaction: idOf(refund.balance_transaction),
    createdAt: new Date(refund.created * 1_000),
  };
}
