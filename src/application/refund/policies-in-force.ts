import type { RefundPolicies } from '../../domain/refund/refund-policy';

/** The policies that this process was started with: of `REFUND_POLICIES`, or the built-in ones. */
export class PoliciesInForce {
  constructor(readonly policies: RefundPolicies) {}
}
