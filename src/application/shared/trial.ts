/** A row as it would become. What is sealed is said to be so, and not shown. */
export interface RowChange {
  readonly table: string;
  /** Of the row; where the key has several columns, joined by `/`. */
  readonly id: string;
  /** Null where there is no such row yet. Only what would change, by the names of the columns. */
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>>;
}

export interface Tried<T> {
  readonly result: T;
  readonly changes: readonly RowChange[];
}

/** What would become of work, found out by doing it and taking all of it back. */
export abstract class Trial {
  declare protected readonly port: 'Trial';

  /**
   * Nothing of it is left: the transaction is rolled back, what would follow its commit does not run, and a call that would
   * change something at Stripe fails before it is sent.
   * @param about ids of what the work is about, by which its rows are found without reading whole tables.
   */
  abstract run<T>(about: readonly string[], work: () => Promise<T>): Promise<Tried<T>>;
}
