/** What waits for the sweeper, by the database's clock. What one instance takes, another does not see for a while. */
export abstract class DueRefunds {
  declare protected readonly port: 'DueRefunds';

  /** Those whose time to be sent, found out or followed has come. */
  abstract take(limit: number): Promise<string[]>;
  /** The same for one of them. @returns false when its time has not come, or another took it. */
  abstract takeOne(id: string): Promise<boolean>;
  /** Requests that nobody decided in time. */
  abstract takeUndecided(limit: number): Promise<string[]>;
}
