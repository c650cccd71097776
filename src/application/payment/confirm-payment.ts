import type { IdempotencyScope } from '../shared/idempotency';
import type { AnswerOnce, PaymentResult } from './answer-once';
import { busy, type BeginOperation } from './begin-operation';

export interface ConfirmPaymentCommand {
  readonly paymentId: string;
  /** Null for the one that the payment has already. */
  readonly paymentMethod: string | null;
  /** Where the payer comes back to after authenticating. */
  readonly returnUrl: string | null;
  readonly idempotency: IdempotencyScope;
}

/** Charges the payment, or reserves the money for a manual capture. */
export class ConfirmPayment {
  constructor(
    private readonly beginOperation: BeginOperation,
    private readonly answerOnce: AnswerOnce,
  ) {}

  execute(command: ConfirmPaymentCommand): Promise<PaymentResult> {
    const { paymentId, paymentMethod, returnUrl, idempotency } = command;
    return this.answerOnce.execute(idempotency, (seat) =>
      this.beginOperation.execute(paymentId, idempotency, seat, (payment, open, now) => {
        if (open !== null) return busy(open);
        const allowed = payment.allowsConfirm(now);
        if (!allowed.ok) return { kind: 'refused', problem: allowed.error };
        return { kind: 'send', request: { operation: 'confirm', paymentMethod, returnUrl } };
      }),
    );
  }
}
