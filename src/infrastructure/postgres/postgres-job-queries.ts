import {
  JobQueries,
  type JobDetails,
  type JobEvent,
  type JobFilter,
  type JobState,
  type JobView,
} from '../../application/job/job-queries';
import type { Cipher } from '../../application/shared/cipher';
import { InvalidCursor, type Page } from '../../application/shared/page';
import { failureOf, jobNumberIn, jobViewOf, type FailureRow, type JobRow } from './job-row';
import { reasonContext } from './postgres-dead-letters';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

const LIVE = `
SELECT id, queue, key, tries, failure, failures, created_at, due_at, NULL::timestamptz AS died_at,
  CASE WHEN hold IS NOT NULL AND due_at > now() THEN 'working' WHEN tries > 0 OR put_off > 0 THEN 'failing'
    ELSE 'waiting' END AS state,
  NULL::timestamptz AS discarded_at, NULL AS discarded_by, NULL AS reason
FROM jobs`;

const GIVEN_UP = `
SELECT id, queue, key, tries, failure, failures, created_at, NULL::timestamptz AS due_at, died_at,
  CASE WHEN discarded_at IS NULL THEN 'dead' ELSE 'discarded' END AS state, discarded_at, discarded_by, reason
FROM dead_jobs`;

const SHOWN = `
SELECT id::text AS number, queue, key, state, tries, failure, created_at AS "createdAt", due_at AS "dueAt",
  died_at AS "diedAt", (SELECT p.id FROM payments p WHERE p.stripe_payment_intent = key) AS "paymentId"`;

const DETAILS = `${SHOWN}, failures, discarded_at AS "discardedAt", discarded_by AS "discardedBy", reason
FROM (${LIVE} WHERE id = $1 UNION ALL ${GIVEN_UP} WHERE id = $1) AS found`;

const EVENTS = `
SELECT id, type, object_id AS "objectId", received_at AS "receivedAt" FROM webhook_events e
WHERE coalesce(e.stripe_payment_intent, nullif(e.object_id, ''), e.id) = $1 AND status = 'received'
ORDER BY e.received_at, id LIMIT 100`;

interface DetailsRow extends JobRow {
  readonly failures: readonly FailureRow[];
  readonly discardedAt: Date | null;
  readonly discardedBy: string | null;
  readonly reason: string | null;
}

export class PostgresJobQueries extends JobQueries {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override async list(filter: JobFilter, limit: number, cursor: string | null): Promise<Page<JobView>> {
    const values: unknown[] = [limit + 1];
    const next = (value: unknown) => `$${String(values.push(value))}`;
    const { queue, state, olderThan } = filter;
    const conditions = [
      state === undefined ? `state <> 'discarded'` : `state = ${next(state)}`,
      ...(queue === undefined ? [] : [`queue = ${next(queue)}`]),
      ...(olderThan === undefined ? [] : [`created_at < now() - ${next(olderThan)} * interval '1 second'`]),
      ...(cursor === null ? [] : [`id < ${next(placeIn(cursor))}::bigint`]),
    ];
    const rows = await this.unitOfWork.rows<JobRow>(
      `${SHOWN} FROM (${tablesOf(state)}) AS found WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $1`,
      values,
    );
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const nextCursor = last === undefined ? null : Buffer.from(last.number).toString('base64url');
    return { data: rows.slice(0, limit).map(jobViewOf), nextCursor };
  }

  override async show(id: string): Promise<JobDetails | null> {
    const number = jobNumberIn(id);
    if (number === null) return null;
    const [row] = await this.unitOfWork.rows<DetailsRow>(DETAILS, [number]);
    if (row === undefined) return null;
    const { failures, discardedAt: _at, discardedBy: _by, reason: _reason, ...shown } = row;
    const events = await this.eventsOf(row);
    return { ...jobViewOf(shown), failures: failures.map(failureOf), events, discarded: this.discardOf(row) };
  }

  private async eventsOf({ queue, key, state }: JobRow): Promise<JobEvent[]> {
    if (queue !== 'process-webhook' || state === 'discarded') return [];
    const rows = await this.unitOfWork.rows<Omit<JobEvent, 'receivedAt'> & { receivedAt: Date }>(EVENTS, [key]);
    return rows.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
  }

  private discardOf({ number, discardedAt, discardedBy, reason }: DetailsRow): JobDetails['discarded'] {
    if (discardedAt === null || discardedBy === null || reason === null) return null;
    const opened = this.cipher.open(reason, reasonContext(number));
    return { at: discardedAt.toISOString(), by: discardedBy, reason: opened };
  }
}

/** One table where that is enough: the other may be long. */
function tablesOf(state: JobState | undefined): string {
  if (state === undefined) return `${LIVE} UNION ALL ${GIVEN_UP}`;
  return state === 'dead' || state === 'discarded' ? GIVEN_UP : LIVE;
}

function placeIn(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (/^\d{1,18}$/.test(text)) return text;
  throw new InvalidCursor('The cursor is none that this list handed out.');
}
