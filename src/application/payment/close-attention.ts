import type { Payments } from '../../domain/payment/payments';
import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { SettleProblem } from '../shared/settle-problem';
import type { UnitOfWork } from '../shared/unit-of-work';

/** A person has looked into what a payment was listed for. How it stands is not touched by that. */
export class CloseAttention {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: Payments,
    private readonly clock: Clock,
  ) {}

  execute(paymentId: string, by: string): Promise<Result<void, SettleProblem>> {
    return this.unitOfWork.run(async (): Promise<Result<void, SettleProblem>> => {
      const payment = await this.payments.lock(paymentId);
      if (payment === null) return err({ kind: 'not_found' });
      if (payment.snapshot().attention === null) return err({ kind: 'not_in_doubt' });
      payment.closeAttention(this.clock.now(), by);
      await this.payments.save(payment);
      return ok(undefined);
    });
  }
}
