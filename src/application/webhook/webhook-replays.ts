import type { KnownEvent, WebhookStatus } from './webhook-inbox';

/** Which events; all of what is said has to be true of each. */
export interface ReplaySelection {
  readonly ids?: readonly string[];
  /** By when they were received; with this instant, and without that of `to`. */
  readonly from?: Date;
  readonly to?: Date;
  readonly type?: string;
  readonly status?: WebhookStatus;
  readonly paymentId?: string;
}

export interface ReplayableEvent extends KnownEvent {
  readonly paymentId: string | null;
  /** With microseconds, so that a page can begin after it. */
  readonly receivedAt: string;
}

/** Events that were worked on, to be worked on again. */
export abstract class WebhookReplays {
  declare protected readonly port: 'WebhookReplays';

  /** In the order of their coming, after the given one. */
  abstract page(
    selection: ReplaySelection,
    after: ReplayableEvent | null,
    limit: number,
  ): Promise<readonly ReplayableEvent[]>;
  /**
   * Sets events back to received and gives what they are about a job, due at once and with all its tries, in one commit.
   * A dead letter is taken back by it. @returns of how many things they tell.
   */
  abstract enqueue(ids: readonly string[]): Promise<number>;
}
