import type { Result } from '../../domain/shared/result';
import type { AbandonSaga } from '../saga/abandon-saga';
import type { ChangeJob, ChangeJobCommand } from './change-job';
import type { DeadLetters } from './dead-letters';
import type { JobProblem } from './job-problem';
import type { JobDetails } from './job-queries';

export interface DiscardJobCommand extends ChangeJobCommand {
  readonly by: string;
  readonly reason: string;
}

/** A person decides that a dead letter is not worked on any more. Who, when and why is kept; what waits for it is ended. */
export class DiscardJob {
  constructor(
    private readonly changeJob: ChangeJob,
    private readonly deadLetters: DeadLetters,
    private readonly abandonSaga: AbandonSaga,
  ) {}

  execute(command: DiscardJobCommand): Promise<Result<JobDetails, JobProblem>> {
    const { jobId, by, reason } = command;
    return this.changeJob.execute(command, ['dead'], async () => {
      const discarded = await this.deadLetters.discard(jobId, by, reason);
      if (discarded?.queue === 'run-saga') await this.abandonSaga.execute(discarded.key, jobId);
      return discarded !== null;
    });
  }
}
