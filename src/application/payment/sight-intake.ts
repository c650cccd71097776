import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';

/**
 * Stores what a look at Stripe showed where nothing came between, and where nothing waited for it: the payment as Stripe
 * showed it, its events, and the attempts of the payer's own, in one commit.
 */
export abstract class SightIntake {
  declare protected readonly port: 'SightIntake';

  /**
   * @param payment as changed since it was read, still under the version that it had then.
   * @param added of the payer's own, through Stripe.js; each with its charge.
   * @returns false, with nothing stored, when the payment was changed by somebody else meanwhile, when an attempt of it
   * is under way, in doubt or waits for the payer, or when a charge is known.
   */
  abstract store(payment: Payment, added: readonly Attempt[]): Promise<boolean>;
}
