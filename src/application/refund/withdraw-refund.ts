import type { RefundRole } from '../../domain/refund/refund-limits';
import { ok } from '../../domain/shared/result';
import type { ChangeRequest, RequestChange } from './change-request';
import { RefundRefused } from './refund-problem';
import type { RefundResult } from './request-refund';

/** Who may also take back what others asked for. */
const MOVES_MONEY: readonly RefundRole[] = ['finance', 'admin'];

/**
 * Takes back a refund that is not at Stripe: a request, or one that never reached it. What could not be found out is
 * given up so by a person, once nothing repeats it any more; should it show up after all, it is stored as any other.
 */
export class WithdrawRefund {
  constructor(private readonly changeRequest: ChangeRequest) {}

  async execute(command: RequestChange): Promise<RefundResult> {
    const { by, role, note } = command;
    const changed = await this.changeRequest.execute(command, (refund, _payment, now) => {
      const { id: refundId, status } = refund;
      if (refund.snapshot().requestedBy !== by && !MOVES_MONEY.includes(role)) {
        throw new RefundRefused({ kind: 'not_yours_to_withdraw' });
      }
      if (!refund.mayWithdraw(now)) throw new RefundRefused({ kind: 'refund_state_forbids', refundId, status });
      refund.withdraw(by, note, now);
    });
    return changed.ok ? ok(changed.value.refund) : changed;
  }
}
