import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { CarryOutAttempt } from './carry-out-attempt';
import type { GatewayReading } from './payment-gateway';
import type { PaymentOutcome } from './payment-outcome';
import type { SettleAttempt } from './settle-attempt';

const OVERTAKEN = { code: 'overtaken', message: 'Something else came first.' };
const EXPIRED = { code: 'payment_expired', message: 'The payment expired before it could be sent.' };

/** Takes an attempt up again: sends what provably never left, finds out about what is in doubt. */
export class ResumeAttempt {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: Payments,
    private readonly carryOut: CarryOutAttempt,
    private readonly settle: SettleAttempt,
    private readonly clock: Clock,
  ) {}

  /** @param listed what the list of intents showed of it, where that was looked through. */
  async execute(attemptId: string, listed: GatewayReading | null = null): Promise<PaymentOutcome> {
    const unsent = await this.takeUnsent(attemptId);
    if (unsent !== null) return this.carryOut.execute(unsent.payment, unsent.attempt);
    return this.settle.execute(attemptId, listed);
  }

  /**
   * The attempt, marked as sent, when nothing of it ever left and nothing has overtaken it. One whose sender never came
   * back is in doubt from here on: should the sender wake up and say that nothing left, somebody may have repeated it.
   */
  private takeUnsent(attemptId: string): Promise<{ payment: Payment; attempt: Attempt } | null> {
    return this.unitOfWork.run(async () => {
      const loaded = await this.payments.lockWithAttempt(attemptId);
      if (loaded === null) return null;
      const { payment, attempt } = loaded;
      const now = this.clock.now();
      if (attempt.state === 'sent') {
        const { nextCheckAt } = attempt.snapshot();
        attempt.doubtful('lost_answer', 'Who sent it did not come back with the answer.', now, nextCheckAt ?? now);
        await this.payments.saveAttempt(attempt);
      }
      if (attempt.state !== 'never_reached' && attempt.state !== 'prepared') return null;
      const other = await this.payments.openAttemptOf(payment.id);
      const expired = attempt.needsPayer && payment.snapshot().expiresAt <= now;
      const overtaken = expired || payment.isFinal || (other !== null && other.id !== attempt.id);
      if (overtaken) attempt.settle('rejected', expired ? EXPIRED : OVERTAKEN, null, now);
      else attempt.resend(now);
      await this.payments.saveAttempt(attempt);
      return overtaken ? null : loaded;
    });
  }
}
