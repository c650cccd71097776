import { disputeAgainstRefund } from '../../domain/dispute/dispute';
import type { Disputes } from '../../domain/dispute/disputes';
import type { Refund } from '../../domain/refund/refund';
import { amountOf, mayApprove } from '../../domain/refund/refund-limits';
import { ok } from '../../domain/shared/result';
import type { CarryOutRefund } from './carry-out-refund';
import { assertRequested, type ChangeRequest, type RequestChange } from './change-request';
import type { PoliciesInForce } from './policies-in-force';
import { RefundRefused } from './refund-problem';
import type { RefundResult } from './request-refund';

/** A second person lets a refund run, within a limit of their own. */
export class ApproveRefund {
  constructor(
    private readonly changeRequest: ChangeRequest,
    private readonly inForce: PoliciesInForce,
    private readonly disputes: Disputes,
    private readonly carryOut: CarryOutRefund,
  ) {}

  async execute(command: RequestChange): Promise<RefundResult> {
    const changed = await this.changeRequest.execute(command, async (refund, payment, now) => {
      assertRequested(refund);
      this.assertMay(command, refund);
      const dispute = disputeAgainstRefund(await this.disputes.ofPayment(payment.id));
      if (dispute !== null) {
        throw new RefundRefused({ kind: 'charge_disputed', disputeId: dispute.id });
      }
      refund.approve(command.by, command.note, now);
      refund.send(now);
    });
    if (!changed.ok) return changed;
    const { payment, refund } = changed.value;
    return ok(payment === null ? refund : await this.carryOut.execute(payment, refund));
  }

  private assertMay({ by, role }: RequestChange, refund: Refund): void {
    const { requestedBy, money } = refund.snapshot();
    if (requestedBy === by) throw new RefundRefused({ kind: 'second_person_needed' });
    const { limits } = this.inForce.policies;
    if (mayApprove(limits, role, money)) return;
    const limit = amountOf(limits[role].approves, money.currency) ?? 0;
    throw new RefundRefused({ kind: 'above_limit', limit, currency: money.currency });
  }
}
