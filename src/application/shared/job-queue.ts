/** The work that is done later. */
export const JOB_NAMES = ['process-webhook', 'run-saga'] as const;
export type JobName = (typeof JOB_NAMES)[number];

/**
 * Jobs commit with the unit of work that enqueues them; a rollback leaves none. A job is named by what it is about, such
 * as the id of a payment intent: there is one at a time of each key, and nothing else of it is kept, so no personal data.
 */
export abstract class JobQueue {
  declare protected readonly port: 'JobQueue';

  /**
   * It is due after so many seconds, or at once. One that waits is due no later than that from then on; one that is in work
   * has another turn by then, so that a job may enqueue itself. What was given up has another chance.
   */
  abstract enqueue(queue: JobName, key: string, when?: { readonly after?: number }): Promise<void>;
}
