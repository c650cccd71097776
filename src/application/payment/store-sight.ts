import type { IntentObservation, ObservedCharge } from '../../domain/payment/intent-observation';
import { Payment } from '../../domain/payment/payment';
import type { Payments, Standing } from '../../domain/payment/payments';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { KeepClientAttempts } from './keep-client-attempts';
import type { SightIntake } from './sight-intake';

/** What a look at an intent showed. */
export interface Sight {
  readonly seen: IntentObservation;
  /** All charges of the intent; none where they were known before. */
  readonly charges: readonly ObservedCharge[];
  /** What made us look. */
  readonly cause: string;
  /** Runs once it is stored, at the latest. */
  readonly within?: ((paymentId: string) => Promise<void>) | undefined;
}

/**
 * Stores what a look showed. Where it is plainly news, that is one statement; where attempts waited for it, or somebody
 * else was at the payment, it goes the long way, under the payment's lock.
 */
export class StoreSight {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: Payments,
    private readonly intake: SightIntake,
    private readonly keepClientAttempts: KeepClientAttempts,
    private readonly clock: Clock,
  ) {}

  /**
   * @param asked how the payment stood before Stripe was asked.
   * @returns false, with nothing stored, when somebody stored something else since.
   */
  async execute(asked: Standing, sight: Sight): Promise<boolean> {
    if (!(await this.storeAtOnce(asked, sight))) return this.storeUnderLock(asked.payment, sight);
    // An event that is worked on once more, after a crash here, finds nothing new.
    await sight.within?.(asked.payment.id);
    return true;
  }

  private async storeAtOnce({ payment, attempts }: Standing, { seen, charges, cause }: Sight): Promise<boolean> {
    const now = this.clock.now();
    const added = this.keepClientAttempts.onlyAdditions(payment.id, attempts, charges);
    const changed = Payment.restore(payment.snapshot());
    if (added === null || !changed.observe(seen, now, cause)) return false;
    return this.intake.store(changed, added);
  }

  private storeUnderLock(asked: Payment, { seen, charges, cause, within }: Sight): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      const payment = await this.payments.lock(asked.id);
      if (payment === null) return false;
      const now = this.clock.now();
      const moved = payment.version !== asked.version;
      const before = payment.snapshot();
      const changed = payment.observe(seen, now, cause);
      // Somebody who looked as well may have stored the very same.
      if (moved && changed) return false;
      if (!moved && payment.snapshot() !== before) await this.payments.save(payment);
      await this.keepClientAttempts.execute(payment.id, seen, charges, now);
      await within?.(payment.id);
      return true;
    });
  }

  /** Stripe does not know what it once made: nothing can be found out any more, and a person has to look. */
  missing(known: Payment, intent: string, { cause, within }: Pick<Sight, 'cause' | 'within'>): Promise<string> {
    return this.unitOfWork.run(async () => {
      const payment = await this.payments.lock(known.id);
      if (payment === null) throw new Error(`payment ${known.id} does not exist`);
      payment.missAtStripe(intent, this.clock.now(), cause);
      await this.payments.save(payment);
      await within?.(payment.id);
      return payment.id;
    });
  }
}
