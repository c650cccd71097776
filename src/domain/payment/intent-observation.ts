import type { ChargeReport } from './attempt';
import type { PaymentStatus } from './payment-status';

/** Why the last try to pay did not succeed. */
export interface PaymentFailure {
  /** Stable, Stripe's: `card_declined`, `expired_card`, `payment_intent_authentication_failure`. */
  readonly code: string;
  /** The issuer's reason where there is one: `insufficient_funds`. */
  readonly declineCode: string | null;
  /** Stripe's own words; for staff. */
  readonly message: string;
}

/** What the payer has to do next, as Stripe states it. */
export interface NextAction {
  readonly type: string;
}

/** A PaymentIntent as it stood at one moment, in the terms of this domain. */
export interface IntentObservation {
  readonly intent: string;
  /** From the metadata that we set: null for an intent that is not ours. */
  readonly paymentId: string | null;
  readonly attemptId: string | null;
  readonly status: PaymentStatus;
  readonly amount: number;
  readonly currency: string;
  readonly capturable: number;
  readonly captured: number;
  readonly charge: string | null;
  readonly paymentMethod: string | null;
  readonly clientSecret: string | null;
  readonly nextAction: NextAction | null;
  /** Where the payer goes for `redirect_to_url`. It may carry the client secret, so it is kept as one. */
  readonly redirectUrl: string | null;
  readonly failure: PaymentFailure | null;
  /** The charge that the failure speaks of. */
  readonly failedCharge: string | null;
  readonly cancellationReason: string | null;
  readonly riskScore: number | null;
  readonly riskLevel: string | null;
}

/** A charge of an intent that has come to an end, as the list of charges shows it. */
export interface ObservedCharge extends ChargeReport {
  readonly charge: string;
  readonly succeeded: boolean;
  readonly at: Date;
}
