import { Refund, type RefundAsked, type RefundProps } from '../../src/domain/refund/refund';
import type { RefundSight } from '../../src/domain/refund/refund-sight';
import { after, DAY, money, NOON } from './samples';

export function askedFor(given: Partial<RefundAsked> = {}): RefundAsked {
  const asked = { paymentId: 'pay_1', money: money(1_000), reason: 'requested_by_customer', note: null };
  return { ...asked, requestedBy: 'sub:sue', ruling: null, ...given };
}

/** A refund as it was stored, in any state. */
export function refundIn(given: Partial<RefundProps> = {}, asked: Partial<RefundAsked> = {}): Refund {
  const fresh = Refund.request('ref_1', askedFor(asked), after(DAY), NOON);
  return Refund.restore({ ...fresh.snapshot(), ...given });
}

/** How Stripe shows it, once it was made. */
export function sightOf(given: Partial<RefundSight> = {}): RefundSight {
  return {
    refund: 're_1',
    refundId: 'ref_1',
    status: 'succeeded',
    amount: 1_000,
    currency: 'gbp',
    reason: 'requested_by_customer',
    pendingReason: null,
    failureReason: null,
    balanceTransaction: 'txn_1',
    createdAt: NOON,
    ...given,
  };
}
