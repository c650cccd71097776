import { err, ok, type Result } from '../../domain/shared/result';
import type { IdempotencyScope } from '../shared/idempotency';
import type { WriteOnce } from '../shared/write-once';
import { JobChanged, type JobProblem } from './job-problem';
import type { JobDetails, JobQueries, JobState } from './job-queries';

export interface ChangeJobCommand {
  readonly jobId: string;
  readonly idempotency: IdempotencyScope | null;
}

/** What a person does to one job: once for each key, and only in a state that allows it. */
export class ChangeJob {
  constructor(
    private readonly writeOnce: WriteOnce,
    private readonly queries: JobQueries,
  ) {}

  /** @param change answers whether it found the job in such a state. */
  async execute(
    { jobId, idempotency }: ChangeJobCommand,
    allowed: readonly JobState[],
    change: () => Promise<boolean>,
  ): Promise<Result<JobDetails, JobProblem>> {
    // Shown before the commit: after it, who works on jobs may be done with it at once.
    const write = async (): Promise<JobDetails | null> => {
      if (!(await change())) throw new JobChanged();
      return this.queries.show(jobId);
    };
    try {
      const written = await this.writeOnce.execute(idempotency, jobId, write);
      if (written.kind === 'idempotency_key_reused') return err(written);
      const job = written.kind === 'written' ? written.value : await this.queries.show(jobId);
      return job === null ? err({ kind: 'job_not_found' }) : ok(job);
    } catch (error) {
      if (!(error instanceof JobChanged)) throw error;
      const job = await this.queries.show(jobId);
      if (job === null) return err({ kind: 'job_not_found' });
      if (allowed.includes(job.state)) throw error;
      return err({ kind: 'job_state_forbids', state: job.state });
    }
  }
}
