import { Batches } from '../../application/shared/batches';
import { hadNoConnection } from '../../application/shared/database-away';
import type { Cipher } from '../../application/shared/cipher';
import type { JobName } from '../../application/shared/job-queue';
import { RightOfWay } from '../../application/shared/right-of-way';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import {
  WebhookInbox,
  type KnownEvent,
  type StripeEvent,
  type WebhookFilter,
  type WebhookStatus,
  type WebhookView,
} from '../../application/webhook/webhook-inbox';
import { insertionOfJobs, revivalOfJobs, WITHOUT_WAITING } from './postgres-job-queue';
import { isFaultOfOne, type PostgresUnitOfWork } from './postgres-unit-of-work';
import { EVENT_COLUMNS, eventIn, subjectIn, type EventRow } from './webhook-event-row';

/** Who is told of jobs that a statement brought, in the transaction that it belongs to, if there is one. */
export interface JobArrivals {
  inserted(queue: JobName): void;
}

const TO_WORK_ON = 'SELECT subject AS key FROM stored WHERE is_new OR is_overdue';

/**
 * The events, in the order of their ids, so that two writers never wait for each other in a circle, and a job for each
 * that is new. The job of its subject may have been given up: a new event, or another delivery of one that is overdue, is
 * a chance to work on it after all. Answers with a row for each event.
 */
function storing(came: WebhookView['came'], known: string, columns: string): string {
  return `
WITH given AS MATERIALIZED (
  SELECT * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::timestamptz[], $11::int[], $12::text[])
    AS g (id, type, api_version, object_type, object_id, intent, payload, created_at, deliveries, request)
), stored AS (
  INSERT INTO webhook_events AS e (id, stripe_account, livemode, type, api_version, object_type, object_id,
    stripe_payment_intent, payload, created_at, deliveries, stripe_request, status, came)
  SELECT id, $1, $2, type, api_version, object_type, object_id, intent, payload, created_at, deliveries, request, 'received', '${came}'
  FROM given ORDER BY id
  ON CONFLICT (id) ${known}
  RETURNING id, ${subjectIn('e')} AS subject, ${columns}
), revived AS (
  ${revivalOfJobs(`'process-webhook'`, TO_WORK_ON)}
), enqueued AS (
  ${insertionOfJobs('process-webhook', TO_WORK_ON, { revived: 'revived' })}
)
SELECT id, is_new AS "isNew", is_new OR is_overdue AS "isToWorkOn" FROM stored`;
}

const STORE = storing(
  'delivered',
  'DO UPDATE SET deliveries = e.deliveries + excluded.deliveries',
  `xmax = 0 AS is_new, status = 'received' AND received_at < now() - interval '5 minutes' AS is_overdue`,
);
/** What is here already is left to the job that it has, or had. */
const STORE_FETCHED = storing('fetched', 'DO NOTHING', 'true AS is_new, false AS is_overdue');

/** Of events that were stored so long ago, and of which nothing has come, nor were they given up. */
const ENQUEUE_FORGOTTEN = insertionOfJobs(
  'process-webhook',
  `SELECT subject AS key FROM (
      SELECT ${subjectIn('e')} AS subject FROM webhook_events e
      WHERE status = 'received' AND received_at < now() - $1 * interval '1 second'
    ) AS old
    WHERE NOT EXISTS (SELECT FROM jobs o WHERE o.queue = 'process-webhook' AND o.key = old.subject)
      AND NOT EXISTS (SELECT FROM dead_jobs d
        WHERE d.queue = 'process-webhook' AND d.key = old.subject AND d.discarded_at IS NULL)`,
);

const WAITING = `
SELECT asked.subject, e.* FROM unnest($1::text[]) AS asked (subject) CROSS JOIN LATERAL (
  SELECT ${EVENT_COLUMNS}
  FROM webhook_events w WHERE ${subjectIn('w')} = asked.subject AND status = 'received' ORDER BY received_at, id
) AS e`;

/**
 * The time at which it is done, not that at which its transaction began. What is not received any more is said so that
 * the index of all that waits is not used: in a flood it is long, and the ids lead there at once.
 */
const CLOSE = `
UPDATE webhook_events e
SET status = given.status, payment_id = given.payment_id, note = given.note, processed_at = clock_timestamp()
FROM (
  SELECT DISTINCT ON (id) * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
    AS g (id, status, payment_id, note)
) AS given
WHERE e.id = given.id AND e.status <> ALL (ARRAY['processed', 'ignored', 'set_aside'])`;

const NOTE_FAILURE = `UPDATE webhook_events e SET note = $2 WHERE ${subjectIn('e')} = $1 AND status = 'received'`;

const VIEW = `
SELECT id, type, status, payment_id AS "paymentId", object_id AS "objectId", api_version AS "apiVersion", deliveries, came,
  note, created_at AS "createdAt", received_at AS "receivedAt", processed_at AS "processedAt"
FROM webhook_events`;

/** By itself it says of an event that nothing had to be done: what a crash takes of that is found out again. */
const CLOSE_WITHOUT_WAITING = `${CLOSE} AND ${WITHOUT_WAITING}`;

/** Of one statement: so many deliveries at once are met in a flood only. */
const MOST_EVENTS = 256;
const BATCHES_AT_ONCE = 2;
const MOST_BYTES = 4_000_000;

type ViewRow = Omit<WebhookView, 'createdAt' | 'receivedAt' | 'processedAt'> & {
  readonly createdAt: Date;
  readonly receivedAt: Date;
  readonly processedAt: Date | null;
};

interface Closing {
  readonly id: string;
  readonly status: Exclude<WebhookStatus, 'received'>;
  readonly paymentId: string | null;
  readonly note: string | null;
}

interface Delivery {
  readonly event: StripeEvent;
  /** Sealed. */
  readonly payload: string;
}

interface Copies extends Delivery {
  /** How many deliveries of it there are in one batch. */
  count: number;
}

interface StoredRow {
  readonly id: string;
  readonly isNew: boolean;
  readonly isToWorkOn: boolean;
}

export class PostgresWebhookInbox extends WebhookInbox {
  private readonly deliveries = new Batches<Delivery, boolean>({
    most: MOST_EVENTS,
    atOnce: BATCHES_AT_ONCE,
    weight: { of: ({ payload }) => payload.length, most: MOST_BYTES },
    work: (deliveries) => this.storeAll(deliveries),
    isFaultOfOne,
    failsAll: hadNoConnection,
  });
  private readonly lookups = new Batches<string, readonly KnownEvent[]>({
    most: MOST_EVENTS,
    work: (subjects) => this.waitingOf(subjects),
  });
  private readonly closings = new Batches<Closing, void>({
    most: MOST_EVENTS,
    work: async (closings) => {
      await this.closeAll(closings, CLOSE_WITHOUT_WAITING);
      return closings.map((): void => undefined);
    },
    isFaultOfOne,
  });

  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly jobs: JobArrivals,
    private readonly binding: StripeBinding,
    private readonly cipher: Cipher,
    /** Stripe waits for its answer, so that storing goes before the work on what is stored. */
    private readonly rightOfWay = new RightOfWay(),
  ) {
    super();
  }

  override store(event: StripeEvent): Promise<boolean> {
    const delivery = { event, payload: this.cipher.seal(event.payload, context(event.id)) };
    // In a unit of work it is part of that one, whatever others do.
    if (this.unitOfWork.isOpen) return this.storeAll([delivery]).then(([isNew]) => isNew === true);
    return this.rightOfWay.urgent(() => this.deliveries.add(delivery));
  }

  /** One statement, so one commit, unless a unit of work is open. @returns for each whether it is new. */
  private async storeAll(deliveries: readonly Delivery[]): Promise<boolean[]> {
    const copies = new Map<string, Copies>();
    for (const delivery of deliveries) {
      const known = copies.get(delivery.event.id);
      if (known === undefined) copies.set(delivery.event.id, { ...delivery, count: 1 });
      else known.count += 1;
    }
    const stored = await this.query<StoredRow>(STORE, this.columnsOf([...copies.values()]));
    if (stored.some(({ isToWorkOn }) => isToWorkOn)) this.jobs.inserted('process-webhook');
    const fresh = new Set(stored.filter(({ isNew }) => isNew).map(({ id }) => id));
    // Of several copies in one batch the first is the new one.
    return deliveries.map(({ event }) => fresh.delete(event.id));
  }

  override async storeFetched(events: readonly StripeEvent[]): Promise<number> {
    const { account, livemode } = this.binding.current();
    const ours = events.filter((event) => event.livemode === livemode && (event.account ?? account) === account);
    if (ours.length === 0) return 0;
    const copies = ours.map((event) => {
      return { event, payload: this.cipher.seal(event.payload, context(event.id)), count: 0 };
    });
    const stored = await this.query<StoredRow>(STORE_FETCHED, this.columnsOf(copies));
    if (stored.length > 0) this.jobs.inserted('process-webhook');
    return stored.length;
  }

  private columnsOf(rows: readonly Copies[]): unknown[] {
    const { account, livemode } = this.binding.current();
    const events = rows.map(({ event }) => event);
    return [
      account,
      livemode,
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ apiVersion }) => apiVersion),
      events.map(({ objectType }) => objectType),
      events.map(({ objectId }) => objectId),
      events.map(({ intent }) => intent),
      rows.map(({ payload }) => payload),
      events.map(({ created }) => created),
      rows.map(({ count }) => count),
      events.map(({ stripeRequest }) => stripeRequest),
    ];
  }

  override async waiting(subject: string): Promise<readonly KnownEvent[]> {
    if (!this.unitOfWork.isOpen) return this.lookups.add(subject);
    const [events] = await this.waitingOf([subject]);
    return events ?? [];
  }

  private async waitingOf(subjects: readonly string[]): Promise<KnownEvent[][]> {
    const rows = await this.query<EventRow & { readonly subject: string }>(WAITING, [[...new Set(subjects)]]);
    return subjects.map((subject) => rows.filter((row) => row.subject === subject).map(eventIn));
  }

  override async close(
    ids: readonly string[],
    status: Exclude<WebhookStatus, 'received'>,
    paymentId: string | null,
    note: string | null,
  ): Promise<void> {
    const closings = ids.map((id) => ({ id, status, paymentId, note }));
    // In a unit of work it is part of that one.
    if (this.unitOfWork.isOpen) await this.closeAll(closings);
    else await Promise.all(closings.map((closing) => this.closings.add(closing)));
  }

  private async closeAll(closings: readonly Closing[], sql = CLOSE): Promise<void> {
    await this.query(sql, [
      closings.map(({ id }) => id),
      closings.map(({ status }) => status),
      closings.map(({ paymentId }) => paymentId),
      closings.map(({ note }) => note),
    ]);
  }

  override async enqueueForgotten(seconds: number): Promise<void> {
    await this.query(ENQUEUE_FORGOTTEN, [seconds]);
    this.jobs.inserted('process-webhook');
  }

  override async noteFailure(subject: string, note: string): Promise<void> {
    await this.query(NOTE_FAILURE, [subject, note]);
  }

  override async list(filter: WebhookFilter, limit: number): Promise<WebhookView[]> {
    const rows = await this.query<ViewRow>(
      `${VIEW} WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR type = $2)
         AND ($3::text IS NULL OR payment_id = $3)
       ORDER BY received_at DESC, id DESC LIMIT $4`,
      [filter.status ?? null, filter.type ?? null, filter.paymentId ?? null, limit],
    );
    return rows.map(viewOf);
  }

  override async show(id: string): Promise<WebhookView | null> {
    const [row] = await this.query<ViewRow>(`${VIEW} WHERE id = $1`, [id]);
    return row === undefined ? null : viewOf(row);
  }

  private query<T>(sql: string, values: unknown[]): Promise<T[]> {
    return this.unitOfWork.rows<T>(sql, values);
  }
}

function viewOf(row: ViewRow): WebhookView {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    processedAt: row.processedAt?.toISOString() ?? null,
  };
}

function context(id: string): string {
  return `webhook_events.payload:${id}`;
}
