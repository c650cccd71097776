/** A job of a saga that was given up, as the queue keeps it. */
export interface BuriedSaga {
  readonly id: string;
  readonly failure: string;
}

/** What waits for the sweeper of sagas, by the database's clock. */
export abstract class DueSagas {
  declare protected readonly port: 'DueSagas';

  /** Gives those whose time has come a job. @returns how many. */
  abstract enqueue(limit: number): Promise<number>;
  /** Those that go on, and whose job went to the dead letters since anything happened to them. */
  abstract buried(limit: number): Promise<BuriedSaga[]>;
}
