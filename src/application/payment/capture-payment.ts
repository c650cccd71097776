import type { IdempotencyScope } from '../shared/idempotency';
import type { AnswerOnce, PaymentResult } from './answer-once';
import { busy, type BeginOperation } from './begin-operation';

export interface CapturePaymentCommand {
  readonly paymentId: string;
  /** Minor units; null for all of it. What is not captured is released. */
  readonly amount: number | null;
  readonly idempotency: IdempotencyScope;
}

/** Takes the money that an authorized payment reserved, all or part of it, once. */
export class CapturePayment {
  constructor(
    private readonly beginOperation: BeginOperation,
    private readonly answerOnce: AnswerOnce,
  ) {}

  execute(command: CapturePaymentCommand): Promise<PaymentResult> {
    const { paymentId, idempotency } = command;
    return this.answerOnce.execute(idempotency, () =>
      this.beginOperation.execute(paymentId, idempotency, (payment, open) => {
        if (open !== null) return busy(open);
        const amount = command.amount ?? payment.snapshot().capturable;
        const allowed = payment.allowsCapture(amount);
        if (!allowed.ok) return { kind: 'refused', problem: allowed.error };
        return { kind: 'send', request: { operation: 'capture', amount } };
      }),
    );
  }
}
