import type { Attempt, CancellationReason } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import type { IdempotencyScope } from '../shared/idempotency';
import type { AnswerOnce, PaymentResult } from './answer-once';
import { busy, type BeginOperation, type Decision } from './begin-operation';

export interface CancelPaymentCommand {
  readonly paymentId: string;
  readonly reason: CancellationReason;
  /** Who asked, for the payment's history: `key:key_…`, `sub:…` of staff. */
  readonly by: string;
  readonly idempotency: IdempotencyScope;
}

/** Ends a payment that took no money, and releases what it reserved. */
export class CancelPayment {
  constructor(
    private readonly beginOperation: BeginOperation,
    private readonly answerOnce: AnswerOnce,
  ) {}

  execute(command: CancelPaymentCommand): Promise<PaymentResult> {
    const { paymentId, idempotency } = command;
    return this.answerOnce.execute(idempotency, (seat) =>
      this.beginOperation.execute(paymentId, idempotency, seat, (payment, open, now) =>
        decide(command, payment, open, now),
      ),
    );
  }
}

function decide(command: CancelPaymentCommand, payment: Payment, open: Attempt | null, now: Date): Decision {
  // Only a person may give up what was listed for a person; everything else in doubt has to be found out first.
  const givenUp = open?.handedOver === true && payment.intent === null;
  if (open !== null && !givenUp) return busy(open);
  const allowed = payment.allows('cancel');
  if (!allowed.ok) return { kind: 'refused', problem: allowed.error };
  if (payment.intent !== null) return { kind: 'send', request: { operation: 'cancel', reason: command.reason } };
  payment.cancelUnsent(command.reason, now, command.by);
  return { kind: 'ended' };
}
