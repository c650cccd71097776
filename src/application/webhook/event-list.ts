import type { StripeEvent } from './webhook-inbox';

export interface EventPage {
  /** Newest first. */
  readonly events: readonly StripeEvent[];
  readonly hasMore: boolean;
}

/** Stripe's own list of events, which goes back 30 days. */
export abstract class EventList {
  declare protected readonly port: 'EventList';

  /**
   * Those created from `since` on, and after the event `after` in the list, if it is given.
   * @returns null when the list does not know `after` any more. @throws GatewayUnavailable
   */
  abstract page(since: Date, after: string | null): Promise<EventPage | null>;
}
