import type { JobFailure, JobView } from '../../application/job/job-queries';

/** `job_000000000042`: as long as ids are at least, so that logs and the audit trail take it for one. */
const SHAPE = /^job_(\d{12,18})$/;

export function jobIdOf(number: string): string {
  return `job_${number.padStart(12, '0')}`;
}

/** Null for what is no id of a job. */
export function jobNumberIn(id: string): string | null {
  const [, digits] = SHAPE.exec(id) ?? [];
  return digits === undefined ? null : BigInt(digits).toString();
}

export interface JobRow {
  readonly number: string;
  readonly queue: JobView['queue'];
  readonly key: string;
  readonly state: JobView['state'];
  readonly paymentId: string | null;
  readonly tries: number;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly dueAt: Date | null;
  readonly diedAt: Date | null;
}

export interface FailureRow {
  readonly at: string;
  readonly try: number | null;
  readonly failure: string;
  readonly times?: number;
  readonly until?: string;
}

export function jobViewOf({ number, createdAt, dueAt, diedAt, ...others }: JobRow): JobView {
  return {
    id: jobIdOf(number),
    ...others,
    createdAt: createdAt.toISOString(),
    dueAt: dueAt?.toISOString() ?? null,
    diedAt: diedAt?.toISOString() ?? null,
  };
}

export function failureOf({ at, try: no, failure, times = 1, until }: FailureRow): JobFailure {
  const ended = until === undefined ? null : new Date(until).toISOString();
  return { at: new Date(at).toISOString(), try: no, failure, times, until: ended };
}
