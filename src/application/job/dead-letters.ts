import type { JobName } from '../shared/job-queue';

/** Which of the dead letters; without any of them, all. */
export interface DeadLetterFilter {
  readonly queue?: JobName;
  readonly keys?: readonly string[];
  /** What their last failure contains, in any case. */
  readonly failure?: string;
}

export interface Discarded {
  readonly queue: JobName;
  /** What it was about. */
  readonly key: string;
}

/** Jobs that were given up, and what a person decides about them. */
export abstract class DeadLetters {
  declare protected readonly port: 'DeadLetters';

  /** The next of them by id, the oldest first. */
  abstract find(filter: DeadLetterFilter, after: string | null, limit: number): Promise<string[]>;
  abstract count(filter: DeadLetterFilter): Promise<number>;
  /** To be worked on at once, with all its tries; also what waits for its next one. @returns how many there were. */
  abstract redrive(ids: readonly string[]): Promise<number>;
  /** Its events are closed as ignored. @returns null when it is not among the dead letters, or discarded already. */
  abstract discard(id: string, by: string, reason: string): Promise<Discarded | null>;
  /**
   * Removes what was discarded so long ago, and dead letters whose work was taken up again meanwhile. @returns how many.
   */
  abstract tidy(days: number): Promise<number>;
}
