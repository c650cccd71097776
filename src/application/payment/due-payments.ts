/** What waits for the sweepers, by the database's clock. What one instance takes, another does not see for a while. */
export abstract class DuePayments {
  declare protected readonly port: 'DuePayments';

  /** Open attempts whose time to be looked at has come. */
  abstract takeAttempts(limit: number): Promise<string[]>;
  /** Payments that must be asked about again. */
  abstract takeRefreshes(limit: number): Promise<string[]>;
  /** Payments past their expiry with nothing under way. */
  abstract takeExpired(limit: number): Promise<string[]>;
}
