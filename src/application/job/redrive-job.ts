import type { Result } from '../../domain/shared/result';
import type { ChangeJob, ChangeJobCommand } from './change-job';
import type { DeadLetters } from './dead-letters';
import type { JobProblem } from './job-problem';
import type { JobDetails } from './job-queries';

/** Gives a job all its tries again, from now on: a dead letter, or one that waits for its next try. */
export class RedriveJob {
  constructor(
    private readonly changeJob: ChangeJob,
    private readonly deadLetters: DeadLetters,
  ) {}

  execute(command: ChangeJobCommand): Promise<Result<JobDetails, JobProblem>> {
    return this.changeJob.execute(command, ['dead', 'failing', 'waiting'], async () => {
      return (await this.deadLetters.redrive([command.jobId])) > 0;
    });
  }
}
