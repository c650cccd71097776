/** The work that is done later, with what it needs to know: ids only, never personal data. */
export interface Jobs {
  'process-webhook': { readonly event: string };
}

export type JobName = keyof Jobs;

/** Jobs commit with the unit of work that enqueues them; a rollback leaves none. */
export abstract class JobQueue {
  declare protected readonly port: 'JobQueue';

  abstract enqueue<N extends JobName>(name: N, data: Jobs[N]): Promise<void>;
}
