import type { Refunds } from '../../domain/refund/refunds';
import type { RecordRefund } from './record-refund';

/** Ends a request that nobody decided in time: what it reserved can be refunded otherwise. */
export class WithdrawUndecided {
  constructor(
    private readonly refunds: Refunds,
    private readonly record: RecordRefund,
  ) {}

  async execute(refundId: string): Promise<void> {
    const refund = await this.refunds.find(refundId);
    if (refund === null) throw new Error(`refund ${refundId} does not exist`);
    await this.record.change(refund, (current, now) => {
      if (current.isUndecided(now)) current.withdraw(null, null, now);
    });
  }
}
