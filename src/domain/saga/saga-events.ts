export type SagaEventType = 'saga.handed_over' | 'saga.failed' | 'saga.abandoned' | 'saga.reopened';

/** Whose timeline it stands on. */
export interface SagaOwner {
  readonly kind: 'payment' | 'customer';
  readonly id: string;
}

/** What a person should know of a saga. Stored in the same transaction as the change itself. */
export interface SagaEvent {
  readonly type: SagaEventType;
  readonly about: SagaOwner;
  readonly at: Date;
  /** `saga:sag_…` */
  readonly cause: string;
  readonly data: Readonly<Record<string, unknown>>;
}
