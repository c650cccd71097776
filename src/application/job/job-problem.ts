import type { JobState } from './job-queries';

/** Why nothing was done to a job. */
export type JobProblem =
  | { readonly kind: 'job_not_found' }
  | { readonly kind: 'job_state_forbids'; readonly state: JobState }
  | { readonly kind: 'idempotency_key_reused' };

/** Rolls back what was begun: it changed in this moment. */
export class JobChanged extends Error {
  override readonly name = 'JobChanged';
}
