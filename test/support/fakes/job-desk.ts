import { ChangeJob } from '../../../src/application/job/change-job';
import { DeadLetters, type DeadLetterFilter, type Discarded } from '../../../src/application/job/dead-letters';
import { DiscardJob } from '../../../src/application/job/discard-job';
import { JobQueries, type JobDetails, type JobFilter, type JobView } from '../../../src/application/job/job-queries';
import { RedriveJob } from '../../../src/application/job/redrive-job';
import { RedriveJobs } from '../../../src/application/job/redrive-jobs';
import { AbandonSaga } from '../../../src/application/saga/abandon-saga';
import type { Page } from '../../../src/application/shared/page';
import { WriteOnce } from '../../../src/application/shared/write-once';
import { InMemoryRecords } from './in-memory-records';
import { InMemorySagas } from './in-memory-sagas';
import { InMemoryStore } from './in-memory-store';
import { MovableClock } from './movable-clock';
import { PlainIndex } from './plain-index';

const AT = '2026-11-20T12:00:00.000Z';

/** Jobs over no database, and the use cases of staff over them. */
export class JobDesk {
  readonly jobs: JobDetails[] = [];
  readonly queries = new KnownJobs(this.jobs);
  readonly deadLetters = new KnownDeadLetters(this.jobs);
  readonly #store = new InMemoryStore();
  readonly #once = new WriteOnce(this.#store, new InMemoryRecords(this.#store, new MovableClock()), new PlainIndex());
  readonly #change = new ChangeJob(this.#once, this.queries);
  readonly redrive = new RedriveJob(this.#change, this.deadLetters);
  readonly redriveMany = new RedriveJobs(this.#once, this.deadLetters);
  readonly discard = new DiscardJob(
    this.#change,
    this.deadLetters,
    new AbandonSaga(this.#store, new InMemorySagas(this.#store), new MovableClock()),
  );

  /** A dead letter, unless it is said otherwise. @returns its id. */
  has(change: Partial<JobDetails> = {}): string {
    const id = `job_${String(this.jobs.length + 1).padStart(12, '0')}`;
    this.jobs.push({
      id,
      queue: 'process-webhook',
      key: `pi_${String(this.jobs.length + 1)}`,
      state: 'dead',
      paymentId: null,
      tries: 14,
      failure: 'Error: broken',
      createdAt: AT,
      dueAt: null,
      diedAt: AT,
      failures: [{ at: AT, try: 14, failure: 'Error: broken', times: 1, until: null }],
      events: [{ id: 'evt_1', type: 'payment_intent.succeeded', objectId: 'pi_1', receivedAt: AT }],
      discarded: null,
      ...change,
    });
    return id;
  }
}

class KnownJobs extends JobQueries {
  constructor(private readonly jobs: readonly JobDetails[]) {
    super();
  }

  override async list({ state, queue }: JobFilter, limit: number): Promise<Page<JobView>> {
    const found = this.jobs.filter((job) => (state ?? job.state) === job.state && (queue ?? job.queue) === job.queue);
    return { data: found.slice(0, limit), nextCursor: null };
  }

  override async show(id: string): Promise<JobDetails | null> {
    return this.jobs.find((job) => job.id === id) ?? null;
  }
}

class KnownDeadLetters extends DeadLetters {
  constructor(private readonly jobs: JobDetails[]) {
    super();
  }

  override async find(filter: DeadLetterFilter, after: string | null, limit: number): Promise<string[]> {
    return this.matching(filter)
      .filter((id) => after === null || id > after)
      .slice(0, limit);
  }

  override async count(filter: DeadLetterFilter): Promise<number> {
    return this.matching(filter).length;
  }

  override async redrive(ids: readonly string[]): Promise<number> {
    const found = this.jobs.filter(({ id, state }) => ids.includes(id) && (state === 'dead' || state === 'failing'));
    for (const job of found) Object.assign(job, { state: 'waiting', tries: 0, diedAt: null });
    return found.length;
  }

  override async discard(id: string, by: string, reason: string): Promise<Discarded | null> {
    const job = this.jobs.find((each) => each.id === id && each.state === 'dead');
    if (job !== undefined) Object.assign(job, { state: 'discarded', discarded: { at: AT, by, reason } });
    return job ?? null;
  }

  override async tidy(): Promise<number> {
    return 0;
  }

  private matching({ queue, keys, failure }: DeadLetterFilter): string[] {
    return this.jobs
      .filter(({ state }) => state === 'dead')
      .filter((job) => (queue ?? job.queue) === job.queue && (keys?.includes(job.key) ?? true))
      .filter((job) => failure === undefined || (job.failure ?? '').includes(failure))
      .map(({ id }) => id);
  }
}
