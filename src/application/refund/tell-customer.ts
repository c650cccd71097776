import type { Payments } from '../../domain/payment/payments';
import type { RefundStatus } from '../../domain/refund/refund-status';
import type { Refunds } from '../../domain/refund/refunds';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { RefundNotice, RefundNotices } from './refund-notices';

const TRUE_WHILE: Readonly<Record<RefundNotice, readonly RefundStatus[]>> = {
  succeeded: ['succeeded'],
  failed: ['failed', 'canceled'],
};

/** Has the customer told how a refund ended: only what is true at that moment, and each once. */
export class TellCustomer {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: Payments,
    private readonly refunds: Refunds,
    private readonly notices: RefundNotices,
    private readonly clock: Clock,
  ) {}

  /** @returns false when the refund ended otherwise, or has not ended. */
  execute(refundId: string, paymentId: string, kind: RefundNotice, cause: string): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      // Under the payment's lock, so that no later outcome overtakes it.
      await this.payments.lock(paymentId);
      const refund = await this.refunds.find(refundId);
      if (refund === null) throw new Error(`refund ${refundId} does not exist`);
      if (!TRUE_WHILE[kind].includes(refund.status)) return false;
      await this.notices.tell({ refundId, paymentId, kind, cause, at: this.clock.now() });
      return true;
    });
  }
}
