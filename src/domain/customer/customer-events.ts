export type CustomerEventType =
  | 'customer.created'
  | 'customer.changed'
  | 'customer.default_changed'
  | 'customer.linked'
  | 'customer.refused'
  | 'customer.unlinked'
  | 'customer.setup_begun'
  | 'customer.setup_failed'
  /** Whether Stripe made it could not be found out in time. */
  | 'customer.setup_needs_person'
  | 'customer.payment_method_saved'
  | 'customer.payment_method_detached';

/** A change of a customer. Stored in clear in the same transaction as the change: it holds no personal data. */
export interface CustomerEvent {
  readonly type: CustomerEventType;
  readonly customerId: string;
  readonly at: Date;
  /** What brought it about: `api`, `event:evt_…`, `sweeper`. */
  readonly cause: string;
  readonly data: Readonly<Record<string, unknown>>;
}
