export interface DueAttempt {
  readonly id: string;
  /** Of a creation of which no intent is known: when it was first sent. It is looked for in the list of that time. */
  readonly soughtFrom: Date | null;
  /** What is sought may still be sent once more, should the list not show it. */
  readonly repeatable: boolean;
  /** It has been in doubt for so long that a person has to be told, and none was. */
  readonly late: boolean;
}

/** What waits for the sweepers, by the database's clock. What one instance takes, another does not see for a while. */
export abstract class DuePayments {
  declare protected readonly port: 'DuePayments';

  /** Open attempts whose time to be looked at has come. */
  abstract takeAttempts(limit: number): Promise<DueAttempt[]>;
  /** They are still being looked at: nobody else takes them for as long again. */
  abstract keepAttempts(ids: readonly string[]): Promise<void>;
  /** Stripe does not answer: they are taken again a little later, not all of them at once. */
  abstract putOffAttempts(ids: readonly string[]): Promise<void>;
  /** Payments that must be asked about again. */
  abstract takeRefreshes(limit: number): Promise<string[]>;
  /** Payments past their expiry with nothing under way. */
  abstract takeExpired(limit: number): Promise<string[]>;
}
