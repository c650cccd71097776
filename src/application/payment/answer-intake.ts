import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import type { PaymentOutcome } from './payment-outcome';

/**
 * Stores what Stripe answered to an attempt where nothing came between: the settled attempt, the payment as Stripe
 * showed it, its events and the kept answer, in one commit.
 */
export abstract class AnswerIntake {
  declare protected readonly port: 'AnswerIntake';

  /**
   * @param payment as changed since it was read, still under the version that it had then.
   * @param attempt as settled since it was stored as sent.
   * @returns false, with nothing stored, when either was changed by somebody else meanwhile, or when another attempt
   * has the same charge.
   */
  abstract store(payment: Payment, attempt: Attempt, outcome: PaymentOutcome): Promise<boolean>;
}
