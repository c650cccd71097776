import type { PaymentStatus } from './payment-status';

export type PaymentEventType =
  | 'payment.created'
  | `payment.${PaymentStatus}`
  | 'payment.declined'
  | 'payment.authentication_required'
  | 'payment.contradicted'
  /** A person has looked into what it was listed for. */
  | 'payment.attention_closed'
  /** What became of an attempt could not be found out in time. */
  | 'payment.attempt_needs_person';

/** A change of a payment. Stored in the same transaction as the change itself. */
export interface PaymentEvent {
  readonly type: PaymentEventType;
  readonly paymentId: string;
  readonly at: Date;
  /** What brought it about: `attempt:att_…`, `event:evt_…`, `expiry`, `sweeper`. */
  readonly cause: string;
  readonly data: Readonly<Record<string, unknown>>;
}
