import type { Attempt } from './attempt';
import type { Payment } from './payment';

/** How a payment and what was tried with it stood at one moment. Attempts: oldest first. */
export interface Standing {
  readonly payment: Payment;
  readonly attempts: readonly Attempt[];
}

/**
 * The collection of payments with their attempts. `lock…` takes the payment's row, so that there is one writer at a
 * time; it and everything that stores needs an open unit of work.
 */
export abstract class Payments {
  declare protected readonly port: 'Payments';

  abstract find(id: string): Promise<Payment | null>;
  abstract findByIntent(intent: string): Promise<Payment | null>;
  abstract standingOf(intent: string): Promise<Standing | null>;
  abstract lock(id: string): Promise<Payment | null>;
  abstract lockWithAttempt(attemptId: string): Promise<{ payment: Payment; attempt: Attempt } | null>;
  /** Stores the payment and the events that it recorded. @throws when another version was stored in between. */
  abstract save(payment: Payment): Promise<void>;

  abstract findAttempt(id: string): Promise<Attempt | null>;
  /** The one attempt that may still change something at Stripe. */
  abstract openAttemptOf(paymentId: string): Promise<Attempt | null>;
  /** Oldest first. */
  abstract attemptsOf(paymentId: string): Promise<Attempt[]>;
  abstract addAttempt(attempt: Attempt): Promise<void>;
  /**
   * A charge that was mirrored as a client's before we knew it for this attempt's is merged into it. One that belongs to
   * another attempt of ours stays with that.
   */
  abstract saveAttempt(attempt: Attempt): Promise<void>;
}
