import type { Payment } from '../../domain/payment/payment';
import type { Refund } from '../../domain/refund/refund';
import type { RecordRefund } from './record-refund';
import type { RefundGateway } from './refund-gateway';

/** Sends a refund that is committed as executing, and commits what came of it. No transaction is open in between. */
export class CarryOutRefund {
  constructor(
    private readonly gateway: RefundGateway,
    private readonly record: RecordRefund,
  ) {}

  async execute(payment: Payment, refund: Refund): Promise<Refund> {
    return this.record.answer(refund, await this.gateway.send(payment, refund));
  }

  /** One that is approved and provably not at Stripe; somebody else may have taken it meanwhile. */
  async begin(payment: Payment, refund: Refund): Promise<void> {
    const begun: Refund[] = [];
    await this.record.change(refund, (current, now) => {
      if (current.status !== 'approved') return;
      current.send(now);
      begun.push(current);
    });
    for (const sent of begun) await this.execute(payment, sent);
  }
}
