import { AnswerIntake } from '../../../src/application/payment/answer-intake';
import type { PaymentOutcome } from '../../../src/application/payment/payment-outcome';
import type { IdempotencyRecords } from '../../../src/application/shared/idempotency';
import type { Attempt } from '../../../src/domain/payment/attempt';
import type { Payment } from '../../../src/domain/payment/payment';
import type { InMemoryPayments } from './in-memory-payments';
import type { InMemoryStore } from './in-memory-store';

export class InMemoryAnswerIntake extends AnswerIntake {
  /** How many answers were stored at once, and how many had to go the long way. */
  readonly counts = { stored: 0, refused: 0 };

  constructor(
    private readonly database: InMemoryStore,
    private readonly payments: InMemoryPayments,
    private readonly records: IdempotencyRecords,
  ) {
    super();
  }

  override async store(payment: Payment, attempt: Attempt, outcome: PaymentOutcome): Promise<boolean> {
    const stored = await this.database.run(async () => {
      if (!this.applies(payment, attempt)) return false;
      await this.payments.save(payment);
      await this.payments.saveAttempt(attempt);
      await this.records.finish(attempt.id, outcome);
      return true;
    });
    this.counts[stored ? 'stored' : 'refused'] += 1;
    return stored;
  }

  private applies(payment: Payment, { id, charge }: Attempt): boolean {
    const { payments, attempts } = this.database.tables;
    const rival = [...attempts.values()].some((other) => other.id !== id && charge !== null && other.charge === charge);
    return payments.get(payment.id)?.version === payment.version && attempts.get(id)?.state === 'sent' && !rival;
  }
}
