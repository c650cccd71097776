import type { JobProblem } from '../../application/job/job-problem';
import type { JobDetails, JobFailure, JobView } from '../../application/job/job-queries';
import type { Result } from '../../domain/shared/result';
import { failed, notFound } from './exit-codes';
import { properties, table, type Column } from './table';

const COLUMNS: readonly Column<JobView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'queue', value: ({ queue }) => queue },
  { title: 'about', value: ({ key }) => key },
  { title: 'payment', value: ({ paymentId }) => paymentId },
  { title: 'state', value: ({ state }) => state },
  { title: 'tries', value: ({ tries }) => String(tries), align: 'right' },
  { title: 'since', value: ({ createdAt }) => createdAt },
  { title: 'next', value: ({ dueAt }) => dueAt },
  { title: 'last failure', value: ({ failure }) => failure },
];

const FAILURES: readonly Column<JobFailure>[] = [
  { title: 'when', value: ({ at, until }) => (until === null || until === at ? at : `${at} to ${until}`) },
  { title: 'try', value: ({ try: no, times }) => (no === null ? `put off, ${String(times)} times` : String(no)) },
  { title: 'failure', value: ({ failure }) => failure },
];

const EVENTS: readonly Column<JobDetails['events'][number]>[] = [
  { title: 'waiting event', value: ({ id }) => id },
  { title: 'type', value: ({ type }) => type },
  { title: 'object', value: ({ objectId }) => objectId },
  { title: 'received', value: ({ receivedAt }) => receivedAt },
];

export function jobsTable(jobs: readonly JobView[]): string {
  return table(COLUMNS, jobs);
}

export function jobText(job: JobDetails): string {
  const { discarded } = job;
  const facts = properties([
    ['Job', job.id],
    ['Queue', job.queue],
    ['About', job.key],
    ['Payment', job.paymentId],
    ['State', job.state],
    ['Tries', String(job.tries)],
    ['Since', job.createdAt],
    [job.state === 'working' ? 'Its worker has it until' : 'Next turn', job.dueAt],
    ['Given up', job.diedAt],
    ['Discarded', discarded && `${discarded.at} by ${discarded.by}`],
    ['Reason', discarded?.reason ?? null],
  ]);
  const parts = [facts];
  if (job.failures.length > 0) parts.push(table(FAILURES, job.failures));
  if (job.events.length > 0) parts.push(table(EVENTS, job.events));
  return parts.join('\n\n');
}

/** @throws CliError where nothing was done. */
export function jobIn(result: Result<JobDetails, JobProblem>, id: string): JobDetails {
  if (result.ok) return result.value;
  switch (result.error.kind) {
    case 'job_not_found':
      throw noSuchJob(id);
    case 'job_state_forbids':
      throw failed(`${id} is ${result.error.state}: see cashdesk jobs show ${id}.`);
    case 'idempotency_key_reused':
      throw failed('The earlier command with this key asked for something else.');
  }
}

export function noSuchJob(id: string) {
  return notFound(`There is no job ${id}: it is done, or never was. See cashdesk jobs list.`);
}
