import type { Payments } from '../../domain/payment/payments';
import type { Refunds } from '../../domain/refund/refunds';
import type { CarryOutRefund } from './carry-out-refund';
import type { RefreshRefunds } from './refresh-refunds';
import type { SettleRefund } from './settle-refund';

/** Takes a refund up again: sends what provably never left, finds out about what is in doubt, looks at what waits. */
export class ResumeRefund {
  constructor(
    private readonly payments: Payments,
    private readonly refunds: Refunds,
    private readonly carryOut: CarryOutRefund,
    private readonly settle: SettleRefund,
    private readonly refresh: RefreshRefunds,
  ) {}

  /** @returns `away` when Stripe did not answer; it comes up again. @throws GatewayUnavailable likewise. */
  async execute(refundId: string): Promise<'away' | undefined> {
    const refund = await this.refunds.find(refundId);
    const payment = refund === null ? null : await this.payments.find(refund.paymentId);
    if (refund === null || payment === null) throw new Error(`refund ${refundId} does not exist`);
    switch (refund.status) {
      case 'approved':
        await this.carryOut.begin(payment, refund);
        return undefined;
      case 'executing':
      case 'unknown':
        return this.settle.execute(payment, refund);
      case 'pending':
      case 'requires_action':
        await this.refresh.execute({ intent: payment.intent ?? '', cause: 'sweeper' });
        return undefined;
      default:
        return undefined;
    }
  }
}
