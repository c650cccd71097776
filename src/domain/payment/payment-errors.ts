import type { PaymentOperation, PaymentStatus } from './payment-status';

/** The state forbids what was asked. */
export interface TransitionForbidden {
  readonly kind: 'transition_forbidden';
  readonly operation: PaymentOperation;
  readonly status: PaymentStatus;
}

export interface CaptureExceedsAuthorization {
  readonly kind: 'capture_exceeds_authorization';
  /** What may still be captured, in minor units. */
  readonly capturable: number;
}

export interface PaymentExpired {
  readonly kind: 'payment_expired';
  readonly expiresAt: Date;
}

/** Stripe never heard of it: its creation has to be sent again, with the key it had. */
export interface NotAtStripe {
  readonly kind: 'not_at_stripe';
}

export type PaymentError = TransitionForbidden | CaptureExceedsAuthorization | PaymentExpired | NotAtStripe;
