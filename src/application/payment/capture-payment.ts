import { Money } from '../../domain/shared/money';
import type { IdempotencyScope } from '../shared/idempotency';
import type { AnswerOnce, PaymentResult } from './answer-once';
import { busy, type BeginOperation } from './begin-operation';
import type { PaymentGateway } from './payment-gateway';

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
    private readonly gateway: PaymentGateway,
  ) {}

  execute(command: CapturePaymentCommand): Promise<PaymentResult> {
    const { paymentId, idempotency } = command;
    return this.answerOnce.execute(idempotency, (seat) =>
      this.beginOperation.execute(paymentId, idempotency, seat, (payment, open) => {
        if (open !== null) return busy(open);
        const amount = command.amount ?? payment.snapshot().capturable;
        const allowed = payment.allowsCapture(amount);
        if (!allowed.ok) return { kind: 'refused', problem: allowed.error };
        const reason = this.gateway.captureRefusal(Money.of(amount, payment.money.currency));
        if (reason !== null) return { kind: 'refused', problem: { kind: 'amount_refused', reason } };
        return { kind: 'send', request: { operation: 'capture', amount } };
      }),
    );
  }
}
