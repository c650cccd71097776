import { Attempt } from '../../domain/payment/attempt';
import type { Payments } from '../../domain/payment/payments';
import type { Clock } from '../shared/clock';
import type { Identifiers } from '../shared/identifiers';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { EndUnsentPayment } from './end-unsent-payment';

/** Cancels a payment that nobody finished in time. The sweeper sends what is prepared here. */
export class ExpirePayment {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: Payments,
    private readonly endUnsent: EndUnsentPayment,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  async execute(paymentId: string): Promise<void> {
    if (await this.endUnsent.execute(paymentId, 'expired', 'expiry')) return;
    await this.unitOfWork.run(async () => {
      const payment = await this.payments.lock(paymentId);
      const now = this.clock.now();
      if (payment === null || payment.isWanted(now) || payment.intent === null || !payment.allows('cancel').ok) return;
      if ((await this.payments.openAttemptOf(paymentId)) !== null) return;
      const request = { operation: 'cancel', reason: 'abandoned' } as const;
      await this.payments.addAttempt(Attempt.prepare(this.identifiers.next('att'), paymentId, 'expiry', request, now));
    });
  }
}
