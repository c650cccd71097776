import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import type { IdempotencyScope } from '../shared/idempotency';
import type { AnswerOnce, PaymentResult } from './answer-once';
import { busy, type BeginOperation, type Decision } from './begin-operation';
import type { ChoosePaymentMethod } from './choose-payment-method';

export interface ConfirmPaymentCommand {
  readonly paymentId: string;
  /** Null for the one that the payment has already; off session for the customer's default. */
  readonly paymentMethod: string | null;
  /** Where the payer comes back to after authenticating. */
  readonly returnUrl: string | null;
  /** The customer is not there: only a method that is kept for them can be charged. */
  readonly offSession: boolean;
  readonly idempotency: IdempotencyScope;
}

/** Charges the payment, or reserves the money for a manual capture. */
export class ConfirmPayment {
  constructor(
    private readonly beginOperation: BeginOperation,
    private readonly answerOnce: AnswerOnce,
    private readonly choose: ChoosePaymentMethod,
  ) {}

  execute(command: ConfirmPaymentCommand): Promise<PaymentResult> {
    const { paymentId, idempotency } = command;
    return this.answerOnce.execute(idempotency, (seat) =>
      this.beginOperation.execute(paymentId, idempotency, seat, (payment, open, now) =>
        this.decide(command, payment, open, now),
      ),
    );
  }

  private async decide(
    { paymentMethod, returnUrl, offSession }: ConfirmPaymentCommand,
    payment: Payment,
    open: Attempt | null,
    now: Date,
  ): Promise<Decision> {
    if (open !== null) return busy(open);
    const allowed = payment.allowsConfirm(now);
    if (!allowed.ok) return { kind: 'refused', problem: allowed.error };
    const { customer } = payment.snapshot();
    const chosen = await this.choose.execute({ customer, paymentMethod, offSession });
    if (!chosen.ok) return { kind: 'refused', problem: chosen.error };
    return { kind: 'send', request: { operation: 'confirm', paymentMethod: chosen.value, returnUrl, offSession } };
  }
}
