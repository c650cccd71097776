import type { DeadLetters } from './dead-letters';

/** Forgets what was discarded long ago. */
export class TidyJobs {
  constructor(
    private readonly deadLetters: DeadLetters,
    /** Days. */
    private readonly keptFor: number,
  ) {}

  execute(): Promise<number> {
    return this.deadLetters.tidy(this.keptFor);
  }
}
