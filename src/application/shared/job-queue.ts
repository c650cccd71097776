/** The work that is done later. */
export type JobName = 'process-webhook';

/**
 * Jobs commit with the unit of work that enqueues them; a rollback leaves none. A job is named by what it is about, such
 * as the id of an event: there is one at a time of each key, and nothing else of it is kept, so no personal data.
 */
export abstract class JobQueue {
  declare protected readonly port: 'JobQueue';

  abstract enqueue(queue: JobName, key: string): Promise<void>;
}
