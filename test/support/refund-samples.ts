import { Refund, type RefundAsked, type RefundProps } from '../../src/domain/refund/refund';
import type { RefundDecision } from '../../src/domain/refund/refund-decision';
import type { RefundSight } from '../../src/domain/refund/refund-sight';
import { after, DAY, money, NOON } from './samples';

export function askedFor(given: Partial<RefundAsked> = {}): RefundAsked {
  const asked = { paymentId: 'pay_1', money: money(1_000), reason: 'requested_by_customer', note: null };
  return { ...asked, requestedBy: 'sub:sue', requestedRole: 'support', decision: null, ...given };
}

/** What the policy says where it gives all back. */
export const ALL: RefundDecision = {
  outcome: 'allowed',
  amount: 1_000,
  maximum: 4_999,
  currency: 'gbp',
  rule: 'everything',
  policy: 'everything',
  version: 'built-in-1',
  reason: 'requested_by_customer',
  sentence: '10.00 GBP of 49.99 GBP comes back: all by the rule everything.',
  lastDay: null,
  timeZone: 'UTC',
  needsApproval: false,
  parts: { paid: 4_999, nonRefundable: 0, share: 0, fee: 0, given: 4_999, taken: 0, left: 4_999 },
};

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
