/** A Stripe event whose signature was verified. */
export interface StripeEvent {
  readonly id: string;
  readonly type: string;
  readonly apiVersion: string | null;
  readonly livemode: boolean;
  /** Set on events of connected accounts only. */
  readonly account: string | null;
  readonly created: Date;
  readonly objectType: string;
  readonly objectId: string;
  /** The request that caused it, `req_…`; null where Stripe did by itself. */
  readonly stripeRequest: string | null;
  /** The PaymentIntent that it speaks of, where it does. */
  readonly intent: string | null;
  /** The verified bytes, as text. */
  readonly payload: string;
}

/**
 * What an event is worked on with: all events of a payment together, else those of the object that it holds. One job does
 * the work on all that is known of a subject by then.
 */
export function subjectOf({ id, intent, objectId }: Pick<StripeEvent, 'id' | 'intent' | 'objectId'>): string {
  return intent ?? (objectId === '' ? id : objectId);
}

/** As the work on it needs it. Nothing of the object is taken from the event: Stripe is asked how it stands now. */
export type KnownEvent = Omit<StripeEvent, 'payload'>;

export type WebhookStatus = 'received' | 'processed' | 'ignored' | 'set_aside';

export interface WebhookView {
  readonly id: string;
  readonly type: string;
  readonly status: WebhookStatus;
  readonly paymentId: string | null;
  readonly objectId: string;
  readonly apiVersion: string | null;
  /** How often Stripe delivered it. */
  readonly deliveries: number;
  /** How it came first: delivered, or fetched from Stripe's list because it was not. */
  readonly came: 'delivered' | 'fetched';
  /** Why it is ignored or set aside, or the last failure. */
  readonly note: string | null;
  readonly createdAt: string;
  readonly receivedAt: string;
  readonly processedAt: string | null;
}

export interface WebhookFilter {
  readonly status?: WebhookStatus;
  readonly type?: string;
  readonly paymentId?: string;
}

/** Every event that Stripe delivered, once, and what became of it. */
export abstract class WebhookInbox {
  declare protected readonly port: 'WebhookInbox';

  /** Stores the event and the job that works on its subject in one commit. @returns false when it was here before. */
  abstract store(event: StripeEvent): Promise<boolean>;
  /**
   * Stores what is not here yet of events from Stripe's list, each with its job, in the open unit of work. What is here stays
   * as it is. @returns how many there were.
   */
  abstract storeFetched(events: readonly StripeEvent[]): Promise<number>;
  /** The events of a subject that nothing has come of yet, in the order of their coming. */
  abstract waiting(subject: string): Promise<readonly KnownEvent[]>;
  /** Joins the open unit of work, if there is one. */
  abstract close(
    ids: readonly string[],
    status: Exclude<WebhookStatus, 'received'>,
    paymentId: string | null,
    note: string | null,
  ): Promise<void>;
  /** Gives a job to each event of which nothing came for so long, unless it has one or was given up. */
  abstract enqueueForgotten(seconds: number): Promise<void>;
  /** Keeps with the events that wait why the last try failed. */
  abstract noteFailure(subject: string, note: string): Promise<void>;
  /** Newest first. */
  abstract list(filter: WebhookFilter, limit: number): Promise<WebhookView[]>;
  abstract show(id: string): Promise<WebhookView | null>;
}
