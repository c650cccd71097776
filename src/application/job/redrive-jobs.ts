import { err, ok, type Result } from '../../domain/shared/result';
import type { IdempotencyScope } from '../shared/idempotency';
import type { WriteOnce } from '../shared/write-once';
import type { DeadLetterFilter, DeadLetters } from './dead-letters';
import type { JobProblem } from './job-problem';

export interface RedriveJobsCommand {
  readonly filter: DeadLetterFilter;
  /** No more than so many. */
  readonly most: number;
  readonly idempotency: IdempotencyScope | null;
  /** Told after each batch how many there were by then. */
  readonly progress?: (redriven: number) => void;
}

export interface Redriven {
  readonly redriven: number;
  /** Dead letters that the filter still finds. */
  readonly left: number;
}

const BATCH = 200;

/** Redrives dead letters in batches, each once: one that dies again meanwhile stays where it is. */
export class RedriveJobs {
  constructor(
    private readonly writeOnce: WriteOnce,
    private readonly deadLetters: DeadLetters,
  ) {}

  /** With a key all of it is one unit of work, and asked again nothing is done; without one each batch is. */
  async execute(command: RedriveJobsCommand): Promise<Result<Redriven, JobProblem>> {
    const { idempotency, filter } = command;
    let redriven = 0;
    if (idempotency === null) redriven = await this.redrive(command);
    else {
      const written = await this.writeOnce.execute(idempotency, 'jobs', () => this.redrive(command));
      if (written.kind === 'idempotency_key_reused') return err(written);
      if (written.kind === 'written') redriven = written.value;
    }
    return ok({ redriven, left: await this.deadLetters.count(filter) });
  }

  private async redrive({ filter, most, progress }: RedriveJobsCommand): Promise<number> {
    let redriven = 0;
    let after: string | null = null;
    while (redriven < most) {
      const ids = await this.deadLetters.find(filter, after, Math.min(BATCH, most - redriven));
      after = ids.at(-1) ?? null;
      if (after === null) break;
      redriven += await this.deadLetters.redrive(ids);
      progress?.(redriven);
    }
    return redriven;
  }
}
