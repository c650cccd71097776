import type { Payments } from '../../domain/payment/payments';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';

/** Ends a payment of which Stripe provably never heard, so that its reference is free again. */
export class EndUnsentPayment {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: Payments,
    private readonly clock: Clock,
  ) {}

  /** @returns false when it is over already, Stripe knows it, or an attempt is still under way or to be sent. */
  execute(paymentId: string, reason: string, cause: string): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      const payment = await this.payments.lock(paymentId);
      if (payment === null || payment.isFinal || payment.intent !== null) return false;
      if ((await this.payments.openAttemptOf(paymentId)) !== null) return false;
      if ((await this.payments.attemptsOf(paymentId)).some(({ isDeferred }) => isDeferred)) return false;
      payment.cancelUnsent(reason, this.clock.now(), cause);
      await this.payments.save(payment);
      return true;
    });
  }
}
