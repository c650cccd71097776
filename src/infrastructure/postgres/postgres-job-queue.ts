import { Batches } from '../../application/shared/batches';
import { JobQueue, type JobName } from '../../application/shared/job-queue';

/** What the queue needs of a `PostgresUnitOfWork`. */
export interface QueueDatabase {
  rows<T>(text: string, values: unknown[]): Promise<T[]>;
  /** At once when no transaction is open; never after a rollback. */
  afterCommit(hook: () => void): void;
}

/** A job in work. Only who holds it under this try can end it: a worker that wakes late changes nothing. */
export interface Job {
  readonly key: string;
  /** 1 for the first. */
  readonly tries: number;
  /** How often it had been enqueued when it was fetched. Enqueued once more meanwhile, it has another turn. */
  readonly arrivals: number;
}

/** Tries before a job goes to the dead letters; with pauses of 2 s, 4 s, 8 s, … they take some four hours. */
const MOST_TRIES = 14;
const MOST_AT_ONCE = 100;

/**
 * What is lost by a crash is done again, so that nobody waits for the disk: the commit is in the log of PostgreSQL before
 * any later one. Only for statements outside of a unit of work, whose commit it would be.
 */
export const WITHOUT_WAITING = `(SELECT set_config('synchronous_commit', 'off', true)) = 'off'`;

/*
 * Below, rows are found by their key or their time and locked, one by one, and then changed where they lie. What the
 * planner knows of the table is from a moment when it was nearly empty, and it would read all that waits.
 */

const FETCH = `
UPDATE jobs SET due_at = now() + $3 * interval '1 second', tries = tries + 1
WHERE ${WITHOUT_WAITING} AND ctid = ANY (ARRAY(
  SELECT ctid FROM jobs WHERE queue = $1 AND due_at <= now() ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
RETURNING key, tries, arrivals`;

/** One that is being enqueued again at this moment is not waited for, so that no two statements wait for each other. */
const COMPLETE = `
DELETE FROM jobs WHERE ${WITHOUT_WAITING} AND ctid = ANY (ARRAY(
  SELECT held.ctid FROM unnest($2::text[], $3::int[], $4::int[]) AS done (key, tries, arrivals) CROSS JOIN LATERAL (
    SELECT ctid FROM jobs j
    WHERE j.queue = $1 AND j.key = done.key AND j.tries = done.tries AND j.arrivals = done.arrivals
    FOR UPDATE SKIP LOCKED
  ) AS held
))
RETURNING key`;

const AGAIN = `UPDATE jobs SET due_at = now(), tries = 0 WHERE queue = $1 AND key = $2 AND tries = $3`;

const POSTPONE = `
UPDATE jobs SET due_at = now() + $4 * interval '1 second', failure = $5 WHERE queue = $1 AND key = $2 AND tries = $3`;

const BURY = `
WITH dead AS (
  DELETE FROM jobs WHERE queue = $1 AND key = $2 AND tries = $3 RETURNING queue, key, tries, created_at
)
INSERT INTO dead_jobs AS d (queue, key, tries, failure, created_at)
SELECT queue, key, tries, $4, created_at FROM dead
ON CONFLICT (queue, key) DO UPDATE SET tries = excluded.tries, failure = excluded.failure, died_at = now()`;

const DEPTH = `
SELECT (SELECT count(*)::int FROM jobs WHERE queue = $1) AS waiting,
  (SELECT count(*)::int FROM dead_jobs WHERE queue = $1) AS dead`;

/**
 * An INSERT of jobs, for a statement that brings them with what they are about. Of a key there is one job: while it is in
 * work, another arrival gives it another turn.
 * @param keys a query with one column `key`.
 */
export function insertionOfJobs(queue: JobName, keys: string): string {
  return `INSERT INTO jobs AS j (queue, key)
    SELECT '${queue}', key FROM (SELECT DISTINCT key COLLATE "C" AS key FROM (${keys}) AS k) AS d ORDER BY key
    ON CONFLICT (queue, key) DO UPDATE SET arrivals = j.arrivals + 1`;
}

/** Jobs as rows of a table: one statement fetches some, one completes those that ended meanwhile. */
export class PostgresJobQueue extends JobQueue {
  readonly #completions = new Map<JobName, Batches<Job, void>>();
  readonly #nudges = new Map<JobName, () => void>();

  /** @param lease seconds: a job in work for longer is taken for abandoned, as by a process that was killed. */
  constructor(
    private readonly database: QueueDatabase,
    private readonly lease = 60,
  ) {
    super();
  }

  override async enqueue(queue: JobName, key: string): Promise<void> {
    await this.database.rows(insertionOfJobs(queue, 'SELECT $1::text AS key'), [key]);
    this.inserted(queue);
  }

  /** There are new jobs, as soon as what is open is committed. */
  inserted(queue: JobName): void {
    this.database.afterCommit(() => this.#nudges.get(queue)?.());
  }

  /** Called after each commit that brought a job of this queue. */
  onEnqueued(queue: JobName, nudge: () => void): void {
    this.#nudges.set(queue, nudge);
  }

  /** The jobs that are due for longest, each handed to one who fetches. */
  async fetch(queue: JobName, most: number): Promise<Job[]> {
    const jobs = await this.database.rows<Job>(FETCH, [queue, most, this.lease]);
    // Its last try ended with the process that worked on it; another one could end the same way.
    const spent = jobs.filter(({ tries }) => tries > MOST_TRIES);
    for (const job of spent) await this.fail(queue, job, 'The process that worked on it ended before it did.');
    return jobs.filter(({ tries }) => tries <= MOST_TRIES);
  }

  /** Those that end meanwhile are completed together, by the next statement. */
  complete(queue: JobName, job: Job): Promise<void> {
    const known = this.#completions.get(queue);
    const completions = known ?? this.completionsOf(queue);
    if (known === undefined) this.#completions.set(queue, completions);
    return completions.add(job);
  }

  /** It is tried again later, or given up after the last try. */
  async fail(queue: JobName, { key, tries }: Job, reason: string): Promise<void> {
    if (tries >= MOST_TRIES) await this.database.rows(BURY, [queue, key, tries, reason]);
    else await this.database.rows(POSTPONE, [queue, key, tries, pause(tries), reason]);
  }

  /** Jobs waiting or in work, and jobs that were given up. */
  async depth(queue: JobName): Promise<{ readonly waiting: number; readonly dead: number }> {
    const [depth] = await this.database.rows<{ waiting: number; dead: number }>(DEPTH, [queue]);
    return depth ?? { waiting: 0, dead: 0 };
  }

  private completionsOf(queue: JobName): Batches<Job, void> {
    return new Batches({
      most: MOST_AT_ONCE,
      work: async (jobs) => {
        const ended = await this.database.rows<{ key: string }>(COMPLETE, [
          queue,
          jobs.map(({ key }) => key),
          jobs.map(({ tries }) => tries),
          jobs.map(({ arrivals }) => arrivals),
        ]);
        const keys = new Set(ended.map(({ key }) => key));
        await this.giveAnotherTurn(
          queue,
          jobs.filter(({ key }) => !keys.has(key)),
        );
        return jobs.map((): void => undefined);
      },
    });
  }

  /** Of those that another holds by now nothing is found. */
  private async giveAnotherTurn(queue: JobName, jobs: readonly Job[]): Promise<void> {
    for (const { key, tries } of jobs) await this.database.rows(AGAIN, [queue, key, tries]);
    if (jobs.length > 0) this.#nudges.get(queue)?.();
  }
}

/** Seconds until the next try; jittered, so that what failed together does not come back together. */
function pause(tries: number): number {
  return 2 ** tries * (0.5 + Math.random() / 2);
}
