import type { PaymentStatus } from '../../domain/payment/payment-status';
import type { RefundDecision } from '../../domain/refund/refund-decision';
import type { RefundRole } from '../../domain/refund/refund-limits';
import type { RefundStatus } from '../../domain/refund/refund-status';

/** Why a request for a refund, or a decision about one, was not taken. Nothing was stored, so nothing is replayed. */
export type RefundProblem =
  | { readonly kind: 'payment_not_found' }
  | { readonly kind: 'refund_not_found' }
  /** It took no money. */
  | { readonly kind: 'payment_not_refundable'; readonly status: PaymentStatus }
  | { readonly kind: 'charge_disputed'; readonly disputeId: string }
  /** Refunded, or held for other refunds: so much is left. */
  | { readonly kind: 'refund_exceeds_rest'; readonly left: number; readonly currency: string }
  | { readonly kind: 'refund_forbidden'; readonly decision: RefundDecision }
  | { readonly kind: 'reason_unknown'; readonly reasons: readonly string[] }
  | { readonly kind: 'reason_reserved'; readonly reason: string; readonly roles: readonly RefundRole[] }
  | { readonly kind: 'above_limit'; readonly limit: number; readonly currency: string }
  | { readonly kind: 'second_person_needed' }
  | { readonly kind: 'not_yours_to_withdraw' }
  | { readonly kind: 'refund_state_forbids'; readonly refundId: string; readonly status: RefundStatus }
  | { readonly kind: 'amount_refused'; readonly reason: string }
  | { readonly kind: 'currency_differs'; readonly currency: string }
  | { readonly kind: 'idempotency_key_reused' };

/** Rolls back what was begun, the record of the key too. */
export class RefundRefused extends Error {
  override readonly name = 'RefundRefused';

  constructor(readonly problem: RefundProblem) {
    super(problem.kind);
  }
}
