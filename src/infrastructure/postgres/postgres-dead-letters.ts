import { DeadLetters, type DeadLetterFilter, type Discarded } from '../../application/job/dead-letters';
import type { Cipher } from '../../application/shared/cipher';
import type { JobName } from '../../application/shared/job-queue';
import { jobIdOf, jobNumberIn } from './job-row';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** Who is told of jobs that a statement brought, in the transaction that it belongs to, if there is one. */
interface JobArrivals {
  inserted(queue: JobName): void;
}

const MATCHING = `
FROM dead_jobs WHERE discarded_at IS NULL AND ($1::text IS NULL OR queue = $1) AND ($2::text[] IS NULL OR key = ANY ($2))
  AND ($3::text IS NULL OR position(lower($3) IN lower(failure)) > 0)`;

/** One that lives again already, because something new came meanwhile, is worked on at once. */
const REDRIVE = `
WITH hurried AS (
  UPDATE jobs SET due_at = now(), tries = 0, put_off = 0 WHERE id = ANY ($1::bigint[]) AND hold IS NULL RETURNING queue
), revived AS (
  DELETE FROM dead_jobs WHERE id = ANY ($1::bigint[]) AND discarded_at IS NULL
  RETURNING id, queue, key, failure, failures
), queued AS (
  INSERT INTO jobs AS j (id, queue, key, failure, failures) SELECT id, queue, key, failure, failures FROM revived ORDER BY key
  ON CONFLICT (queue, key) DO UPDATE SET arrivals = j.arrivals + 1, again_at = least(j.again_at, now()),
    due_at = CASE WHEN j.hold IS NULL THEN now() ELSE j.due_at END
  RETURNING queue
)
SELECT queue FROM hurried UNION ALL SELECT queue FROM queued`;

const DISCARD = `
UPDATE dead_jobs SET discarded_at = now(), discarded_by = $2, reason = $3 WHERE id = $1 AND discarded_at IS NULL
RETURNING queue, key`;

const CLOSE_EVENTS = `
UPDATE webhook_events e SET status = 'ignored', note = $2, processed_at = clock_timestamp()
WHERE coalesce(e.stripe_payment_intent, nullif(e.object_id, ''), e.id) = $1 AND status = 'received'`;

/** What was enqueued in the moment in which it was given up has a job and is among the dead letters. */
const TIDY = `
DELETE FROM dead_jobs d WHERE discarded_at < now() - $1 * interval '1 day' OR (discarded_at IS NULL
  AND EXISTS (SELECT FROM jobs j WHERE j.queue = d.queue AND j.key = d.key)) RETURNING 1`;

export class PostgresDeadLetters extends DeadLetters {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly jobs: JobArrivals,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override async find(filter: DeadLetterFilter, after: string | null, limit: number): Promise<string[]> {
    const from = after === null ? '0' : jobNumberIn(after);
    const rows = await this.unitOfWork.rows<{ number: string }>(
      `SELECT id::text AS number ${MATCHING} AND id > $4::bigint ORDER BY id LIMIT $5`,
      [...valuesOf(filter), from, limit],
    );
    return rows.map(({ number }) => jobIdOf(number));
  }

  override async count(filter: DeadLetterFilter): Promise<number> {
    const rows = await this.unitOfWork.rows<{ n: number }>(`SELECT count(*)::int AS n ${MATCHING}`, valuesOf(filter));
    return rows[0]?.n ?? 0;
  }

  override async redrive(ids: readonly string[]): Promise<number> {
    const numbers = ids.map(jobNumberIn).filter((number) => number !== null);
    const rows = await this.unitOfWork.rows<{ queue: JobName }>(REDRIVE, [numbers]);
    for (const queue of new Set(rows.map((row) => row.queue))) this.jobs.inserted(queue);
    return rows.length;
  }

  override discard(id: string, by: string, reason: string): Promise<Discarded | null> {
    const number = jobNumberIn(id);
    if (number === null) return Promise.resolve(null);
    const sealed = this.cipher.seal(reason, reasonContext(number));
    return this.unitOfWork.run(async () => {
      const [dead] = await this.unitOfWork.rows<Discarded>(DISCARD, [number, by, sealed]);
      if (dead === undefined) return null;
      const note = `Discarded by a person: cashdesk jobs show ${jobIdOf(number)}.`;
      if (dead.queue === 'process-webhook') await this.unitOfWork.rows(CLOSE_EVENTS, [dead.key, note]);
      return dead;
    });
  }

  override async tidy(days: number): Promise<number> {
    return (await this.unitOfWork.rows(TIDY, [days])).length;
  }
}

export function reasonContext(number: string): string {
  return `dead_jobs.reason:${number}`;
}

function valuesOf({ queue, keys, failure }: DeadLetterFilter): unknown[] {
  return [queue ?? null, keys ?? null, failure ?? null];
}
