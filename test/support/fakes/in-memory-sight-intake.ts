import { SightIntake } from '../../../src/application/payment/sight-intake';
import type { Attempt } from '../../../src/domain/payment/attempt';
import { isWaiting } from '../../../src/domain/payment/attempt-state';
import type { Payment } from '../../../src/domain/payment/payment';
import type { InMemoryPayments } from './in-memory-payments';
import type { InMemoryStore } from './in-memory-store';

export class InMemorySightIntake extends SightIntake {
  /** How many sights were stored at once, and how many had to go the long way. */
  readonly counts = { stored: 0, refused: 0 };

  constructor(
    private readonly database: InMemoryStore,
    private readonly payments: InMemoryPayments,
  ) {
    super();
  }

  override async store(payment: Payment, added: readonly Attempt[]): Promise<boolean> {
    const stored = await this.database.run(async () => {
      if (!this.applies(payment, added)) return false;
      await this.payments.save(payment);
      for (const attempt of added) await this.payments.addAttempt(attempt);
      return true;
    });
    this.counts[stored ? 'stored' : 'refused'] += 1;
    return stored;
  }

  private applies(payment: Payment, added: readonly Attempt[]): boolean {
    const { payments, attempts } = this.database.tables;
    const known = [...attempts.values()];
    const isTaken = added.some(({ charge }) => known.some((other) => other.charge === charge));
    const waits = known.some(({ paymentId, state }) => paymentId === payment.id && isWaiting(state));
    return payments.get(payment.id)?.version === payment.version && !waits && !isTaken;
  }
}
