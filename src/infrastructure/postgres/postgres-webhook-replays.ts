import { WebhookReplays, type ReplayableEvent, type ReplaySelection } from '../../application/webhook/webhook-replays';
import { insertionOfJobs, revivalOfJobs, type PostgresJobQueue } from './postgres-job-queue';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';
import { EVENT_COLUMNS, eventIn, subjectIn, type EventRow } from './webhook-event-row';

const PAGE = `
SELECT ${EVENT_COLUMNS}, payment_id, to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS received_at
FROM webhook_events e
WHERE ($1::text[] IS NULL OR id = ANY ($1)) AND ($2::timestamptz IS NULL OR received_at >= $2) AND received_at < $3
  AND ($4::text IS NULL OR type = $4) AND ($5::text IS NULL OR status = $5) AND ($6::text IS NULL OR payment_id = $6)
  AND ($7::timestamptz IS NULL OR (received_at, id) > ($7, $8))
ORDER BY e.received_at, id LIMIT $9`;

const SUBJECTS = 'SELECT subject AS key FROM stored';

/**
 * Rows are locked in the order of their ids, as all do who change several. Whoever replays an event wants Stripe to be asked,
 * though the answer to a request of ours may have told the same: which it was is forgotten.
 */
const ENQUEUE = `
WITH stored AS (
  UPDATE webhook_events e SET status = 'received', note = NULL, processed_at = NULL, stripe_request = NULL
  WHERE id = ANY (ARRAY(SELECT id FROM webhook_events WHERE id = ANY ($1::text[]) ORDER BY id FOR NO KEY UPDATE))
  RETURNING ${subjectIn('e')} AS subject
), revived AS (
  ${revivalOfJobs(`'process-webhook'`, SUBJECTS)}
), enqueued AS (
  ${insertionOfJobs('process-webhook', SUBJECTS, { revived: 'revived', hurry: true })}
)
SELECT count(DISTINCT subject)::int AS subjects FROM stored`;

interface PageRow extends EventRow {
  readonly payment_id: string | null;
  readonly received_at: string;
}

export class PostgresWebhookReplays extends WebhookReplays {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly jobs: Pick<PostgresJobQueue, 'inserted'>,
  ) {
    super();
  }

  override async page(
    { ids, from, to, type, status, paymentId }: ReplaySelection,
    after: ReplayableEvent | null,
    limit: number,
  ): Promise<ReplayableEvent[]> {
    const rows = await this.unitOfWork.rows<PageRow>(PAGE, [
      ids ?? null,
      from ?? null,
      to ?? 'infinity',
      type ?? null,
      status ?? null,
      paymentId ?? null,
      after?.receivedAt ?? null,
      after?.id ?? null,
      limit,
    ]);
    return rows.map((row) => ({ ...eventIn(row), paymentId: row.payment_id, receivedAt: row.received_at }));
  }

  override async enqueue(ids: readonly string[]): Promise<number> {
    const [done] = await this.unitOfWork.rows<{ subjects: number }>(ENQUEUE, [ids]);
    this.jobs.inserted('process-webhook');
    return done?.subjects ?? 0;
  }
}
