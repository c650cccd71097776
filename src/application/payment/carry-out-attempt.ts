import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import type { PaymentGateway } from './payment-gateway';
import type { PaymentOutcome } from './payment-outcome';
import type { RecordFinding } from './record-finding';

/** Sends an attempt that is committed as sent, and commits what came of it. No transaction is open in between. */
export class CarryOutAttempt {
  constructor(
    private readonly gateway: PaymentGateway,
    private readonly recordFinding: RecordFinding,
  ) {}

  async execute(payment: Payment, attempt: Attempt): Promise<PaymentOutcome> {
    const answer = await this.gateway.send(payment, attempt);
    return this.recordFinding.execute(attempt.id, answer, payment.version, `attempt:${attempt.id}`);
  }
}
