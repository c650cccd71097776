import type { JobProblem } from '../../../application/job/job-problem';
import { ProblemException } from '../problem';

export function jobNotFound(): ProblemException {
  return new ProblemException('job_not_found', 'There is no job of this id: it is done, or never was.');
}

export function jobProblem(problem: JobProblem): ProblemException {
  switch (problem.kind) {
    case 'job_not_found':
      return jobNotFound();
    case 'job_state_forbids': {
      const members = { jobState: problem.state };
      return new ProblemException('job_state_forbids', `The job is ${problem.state}.`, { members });
    }
    case 'idempotency_key_reused':
      return new ProblemException(
        'idempotency_key_reused',
        'The earlier request with this key asked for something else.',
      );
  }
}
