import type { JobName } from '../shared/job-queue';
import type { Page } from '../shared/page';

/** `failing`: it failed, or Stripe did not answer, and it waits for its next turn. `dead`: it was given up. */
export const JOB_STATES = ['waiting', 'working', 'failing', 'dead', 'discarded'] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface JobView {
  /** `job_…`; it keeps its name among the dead letters, and when it is redriven. */
  readonly id: string;
  readonly queue: JobName;
  /** What it is about. */
  readonly key: string;
  readonly state: JobState;
  readonly paymentId: string | null;
  readonly tries: number;
  /** The last one. */
  readonly failure: string | null;
  readonly createdAt: string;
  /** Of one in work, when another may take it; null for what was given up. */
  readonly dueAt: string | null;
  readonly diedAt: string | null;
}

export interface JobFailure {
  readonly at: string;
  /** Null where it was put off because Stripe did not answer, which is no try. */
  readonly try: number | null;
  readonly failure: string;
  /** How often in a row, and until when, it was put off. */
  readonly times: number;
  readonly until: string | null;
}

/** What waits to be worked on by it. */
export interface JobEvent {
  readonly id: string;
  readonly type: string;
  readonly objectId: string;
  readonly receivedAt: string;
}

export interface JobDetails extends JobView {
  /** The last twenty, oldest first. */
  readonly failures: readonly JobFailure[];
  readonly events: readonly JobEvent[];
  readonly discarded: { readonly at: string; readonly by: string; readonly reason: string } | null;
}

export interface JobFilter {
  readonly queue?: JobName;
  readonly state?: JobState;
  /** Seconds since it came. */
  readonly olderThan?: number;
}

/** Jobs as people look at them. */
export abstract class JobQueries {
  declare protected readonly port: 'JobQueries';

  /** The last that came first; without a state all but what was discarded. @throws InvalidCursor */
  abstract list(filter: JobFilter, limit: number, cursor: string | null): Promise<Page<JobView>>;
  abstract show(id: string): Promise<JobDetails | null>;
}
