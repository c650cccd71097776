/** A reading of Stripe's list, from the newest event down to what was read before. */
export interface EventReading {
  readonly readUntil: Date;
  /** The end of the last whole reading. */
  readonly lookedAt: Date;
  /** By the database's clock. */
  readonly now: Date;
  /** Of a reading that was interrupted. */
  readonly newest: Date | null;
  readonly nextAfter: string | null;
}

/** How far Stripe's list of events was read; one instance reads at a time. */
export abstract class EventReadings {
  declare protected readonly port: 'EventReadings';

  /** @returns null when the last whole reading was less than so many seconds ago, or another instance is at it. */
  abstract take(seconds: number): Promise<EventReading | null>;
  /** Joins the open unit of work. */
  abstract goOn(newest: Date | null, nextAfter: string): Promise<void>;
  /** All was read: the next reading begins there. Joins the open unit of work. */
  abstract end(readUntil: Date): Promise<void>;
  /** Gives the reading back, so that it goes on with the next take. */
  abstract release(): Promise<void>;
  /** Stripe's list does not reach back to what was read before: an event says so. */
  abstract tellOfLoss(from: Date, to: Date): Promise<void>;
}
