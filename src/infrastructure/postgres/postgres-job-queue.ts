import { Batches } from '../../application/shared/batches';
import { JobQueue, type JobName } from '../../application/shared/job-queue';

/** What the queue needs of a `PostgresUnitOfWork`. */
export interface QueueDatabase {
  rows<T>(text: string, values: unknown[]): Promise<T[]>;
  /** At once when no transaction is open; never after a rollback. */
  afterCommit(hook: () => void): void;
}

/** A job in work. Only who holds it can end it: a worker that wakes late changes nothing. */
export interface Job {
  readonly key: string;
  /** 1 for the first. */
  readonly tries: number;
  /** How often it had been enqueued when it was fetched. Enqueued once more meanwhile, it has another turn. */
  readonly arrivals: number;
  /** Another one each time that it is fetched. */
  readonly hold: string;
}

/** Tries before a job goes to the dead letters; with pauses of 2 s, 4 s, 8 s, … they take some four hours. */
const MOST_TRIES = 14;
const MOST_AT_ONCE = 100;
/**
 * Seconds. Each pause is at most two thirds of the time that an outage has lasted by then, so that what waits is not long
 * in coming back once Stripe does.
 */
const LONGEST_PUT_OFF = 300;
const PUT_OFF_GROWS = 1.5;

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
UPDATE jobs SET due_at = now() + $3 * interval '1 second', tries = tries + 1, again_at = NULL, hold = nextval('job_numbers')
WHERE ${WITHOUT_WAITING} AND ctid = ANY (ARRAY(
  SELECT ctid FROM jobs WHERE queue = $1 AND due_at <= now() ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
RETURNING key, tries, arrivals, hold::text`;

/** One that is being enqueued again at this moment is not waited for, so that no two statements wait for each other. */
const COMPLETE = `
DELETE FROM jobs WHERE ${WITHOUT_WAITING} AND ctid = ANY (ARRAY(
  SELECT held.ctid FROM unnest($2::text[], $3::bigint[], $4::int[]) AS done (key, hold, arrivals) CROSS JOIN LATERAL (
    SELECT ctid FROM jobs j
    WHERE j.queue = $1 AND j.key = done.key AND j.hold = done.hold AND j.arrivals = done.arrivals
    FOR UPDATE SKIP LOCKED
  ) AS held
))
RETURNING key`;

const HELD = 'queue = $1 AND key = $2 AND hold = $3::bigint';

const AGAIN = `
UPDATE jobs SET due_at = coalesce(again_at, now()), created_at = coalesce(again_at, now()), again_at = NULL, hold = NULL,
  tries = 0, put_off = 0, failure = NULL, failures = '[]'
WHERE ${HELD}`;

const GIVE_BACK = `
UPDATE jobs j SET due_at = now(), again_at = NULL, hold = NULL, tries = greatest(tries - 1, 0)
FROM unnest($2::text[], $3::bigint[]) AS given (key, hold)
WHERE j.queue = $1 AND j.key = given.key AND j.hold = given.hold`;

/** So many failures of a job are kept, the last ones. */
const MOST_FAILURES = 20;
const KEPT = `CASE WHEN jsonb_array_length(failures) < ${String(MOST_FAILURES)} THEN failures ELSE failures - 0 END`;
const AND_THIS = `${KEPT} || jsonb_build_object('at', now(), 'try', tries, 'failure', $4::text)`;

const POSTPONE = `
UPDATE jobs SET due_at = now() + $5 * interval '1 second', hold = NULL, put_off = 0, failure = $4, failures = ${AND_THIS}
WHERE ${HELD}`;

/** Of an outage there is one entry, however long it lasts. */
const PUT_OFF = `
UPDATE jobs SET hold = NULL, tries = greatest(tries - 1, 0), put_off = put_off + 1, failure = $4,
  due_at = now() + greatest(least($5, $6 ^ least(put_off + 1, 60)) * $7, $8) * interval '1 second',
  failures = CASE WHEN put_off > 0 AND failures->-1->'times' IS NOT NULL
    THEN jsonb_set(failures, '{-1}', failures->-1 || jsonb_build_object('until', now(), 'failure', $4::text,
      'times', (failures->-1->>'times')::int + 1))
    ELSE ${KEPT} || jsonb_build_object('at', now(), 'try', NULL, 'failure', $4::text, 'until', now(), 'times', 1) END
WHERE ${HELD}`;

/** Enqueued once more while it was in its last try, it has another turn instead. */
const BURY = `
WITH dead AS (
  DELETE FROM jobs WHERE ${HELD} AND arrivals = $5 RETURNING id, queue, key, tries, created_at, ${AND_THIS} AS failures
)
INSERT INTO dead_jobs AS d (id, queue, key, tries, failure, failures, created_at)
SELECT id, queue, key, tries, $4, failures, created_at FROM dead
ON CONFLICT (queue, key) WHERE discarded_at IS NULL DO UPDATE
  SET tries = excluded.tries, failure = excluded.failure, failures = excluded.failures, died_at = now()
RETURNING key`;

const ENQUEUE = `
WITH revived AS (${revivalOfJobs('$1', 'SELECT $2::text AS key')})
INSERT INTO jobs AS j (id, queue, key, due_at, failures)
SELECT coalesce(r.id, nextval('job_numbers')), $1, $2, now() + $3 * interval '1 second', coalesce(r.failures, '[]')
FROM (SELECT) AS one LEFT JOIN revived r ON true
ON CONFLICT (queue, key) DO UPDATE SET arrivals = j.arrivals + 1, again_at = least(j.again_at, excluded.due_at),
  due_at = CASE WHEN j.hold IS NULL THEN least(j.due_at, excluded.due_at) ELSE j.due_at END`;

/** Of jobs that nobody works on at the moment. */
const HURRIED = `, due_at = CASE WHEN j.hold IS NULL THEN now() ELSE j.due_at END,
      tries = CASE WHEN j.hold IS NULL THEN 0 ELSE j.tries END, put_off = CASE WHEN j.hold IS NULL THEN 0 ELSE j.put_off END`;

/**
 * An INSERT of jobs, for a statement that brings them with what they are about. Of a key there is one job: while it is in
 * work, another arrival gives it another turn.
 * @param keys a query with one column `key`.
 * @param revived a CTE made by `revivalOfJobs`: these keep their name and their history.
 * @param hurry gives those that wait for their next try all their tries, the first of them at once.
 */
export function insertionOfJobs(
  queue: JobName,
  keys: string,
  { revived, hurry = false }: { revived?: string; hurry?: boolean } = {},
): string {
  const [id, failures, join] =
    revived === undefined
      ? [`nextval('job_numbers')`, `'[]'`, '']
      : [
          `coalesce(r.id, nextval('job_numbers'))`,
          `coalesce(r.failures, '[]')`,
          `LEFT JOIN ${revived} r ON r.key = d.key`,
        ];
  return `INSERT INTO jobs AS j (id, queue, key, failures)
    SELECT ${id}, '${queue}', d.key, ${failures}
    FROM (SELECT DISTINCT key COLLATE "C" AS key FROM (${keys}) AS k) AS d ${join} ORDER BY d.key
    ON CONFLICT (queue, key) DO UPDATE SET arrivals = j.arrivals + 1, again_at = least(j.again_at, now())${
      hurry ? HURRIED : ''
    }`;
}

/** Takes jobs out of the dead letters, with what is to be known of them. What was discarded stays. */
export function revivalOfJobs(queue: string, keys: string): string {
  return `DELETE FROM dead_jobs WHERE queue = ${queue} AND discarded_at IS NULL AND key = ANY (ARRAY(${keys}))
    RETURNING id, key, failures`;
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

  override async enqueue(queue: JobName, key: string, { after = 0 }: { after?: number } = {}): Promise<void> {
    await this.database.rows(ENQUEUE, [queue, key, after]);
    if (after === 0) this.inserted(queue);
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
  async fail(queue: JobName, job: Job, reason: string): Promise<void> {
    const { key, tries, arrivals, hold } = job;
    if (tries < MOST_TRIES) {
      await this.database.rows(POSTPONE, [queue, key, hold, reason, pause(tries)]);
      return;
    }
    const buried = await this.database.rows(BURY, [queue, key, hold, reason, arrivals]);
    if (buried.length === 0) await this.giveAnotherTurn(queue, [job]);
  }

  /** It has lost no try. */
  async giveBack(queue: JobName, jobs: readonly Job[]): Promise<void> {
    await this.database.rows(GIVE_BACK, [queue, jobs.map(({ key }) => key), jobs.map(({ hold }) => hold)]);
  }

  /** It waits for Stripe, for longer each time, and has lost no try. @param retryAfter seconds, for which it waits at least. */
  async putOff(queue: JobName, { key, hold }: Job, reason: string, retryAfter: number | null = null): Promise<void> {
    // What was told to come back at one time comes back a little later each.
    const least = Math.min(retryAfter ?? 0, LONGEST_PUT_OFF) * (1.5 - jitter() / 2);
    const values = [queue, key, hold, reason, LONGEST_PUT_OFF, PUT_OFF_GROWS, jitter(), least];
    await this.database.rows(PUT_OFF, values);
  }

  private completionsOf(queue: JobName): Batches<Job, void> {
    return new Batches({
      most: MOST_AT_ONCE,
      work: async (jobs) => {
        const ended = await this.database.rows<{ key: string }>(COMPLETE, [
          queue,
          jobs.map(({ key }) => key),
          jobs.map(({ hold }) => hold),
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
    for (const { key, hold } of jobs) await this.database.rows(AGAIN, [queue, key, hold]);
    if (jobs.length > 0) this.#nudges.get(queue)?.();
  }
}

/** Seconds until the next try; jittered, so that what failed together does not come back together. */
function pause(tries: number): number {
  return 2 ** tries * jitter();
}

function jitter(): number {
  return 0.5 + Math.random() / 2;
}
