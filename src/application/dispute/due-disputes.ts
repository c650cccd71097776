/** A pass over the list of all disputes at Stripe. */
export interface ListingTurn {
  /** Up to then everything was listed before; null before the first time. */
  readonly completeUntil: Date | null;
  /** By the clock of the database. */
  readonly begunAt: Date;
}

/** What waits for the sweepers, by the database's clock. What one instance takes, another does not see for a while. */
export abstract class DueDisputes {
  declare protected readonly port: 'DueDisputes';

  /** Disputes that Stripe has to be asked about. */
  abstract takeDisputes(limit: number): Promise<string[]>;
  /** Submissions that nobody is at work on. */
  abstract takeSubmissions(limit: number): Promise<string[]>;
  /** @returns null when it is not time yet, or another instance is at it. */
  abstract takeListing(): Promise<ListingTurn | null>;
  /** Everything was found that was opened until then. */
  abstract listingComplete(until: Date): Promise<void>;
}
