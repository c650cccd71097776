import { RefundGateway, type RefundAnswer } from '../../application/refund/refund-gateway';
import type { Payment } from '../../domain/payment/payment';
import type { Refund } from '../../domain/refund/refund';
import type { RefundSight } from '../../domain/refund/refund-sight';
import type { Money } from '../../domain/shared/money';
import type { Guard } from './guard';
import { neverReached } from './instead';

export class GuardedRefundGateway extends RefundGateway {
  constructor(
    private readonly inner: RefundGateway,
    private readonly guard: Guard,
  ) {
    super();
  }

  override refusal(part: Money): string | null {
    return this.inner.refusal(part);
  }
  override send(payment: Payment, refund: Refund): Promise<RefundAnswer> {
    return this.guard.answer('create', 'write', () => this.inner.send(payment, refund), neverReached);
  }
  override list(intent: string): Promise<RefundSight[]> {
    return this.guard.value('list', 'read', () => this.inner.list(intent));
  }
}
