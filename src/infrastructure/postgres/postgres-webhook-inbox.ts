import type { Cipher } from '../../application/shared/cipher';
import type { JobQueue } from '../../application/shared/job-queue';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import {
  WebhookInbox,
  type StripeEvent,
  type WebhookFilter,
  type WebhookStatus,
  type WebhookView,
} from '../../application/webhook/webhook-inbox';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

const STORE = `
INSERT INTO webhook_events (id, stripe_account, livemode, type, api_version, object_type, object_id,
  stripe_payment_intent, payload, status, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'received', $10)
ON CONFLICT (id) DO UPDATE SET deliveries = webhook_events.deliveries + 1
RETURNING deliveries, status = 'received' AND received_at < now() - interval '5 minutes' AS overdue`;

const VIEW = `
SELECT id, type, status, payment_id AS "paymentId", object_id AS "objectId", api_version AS "apiVersion", deliveries,
  note, created_at AS "createdAt", received_at AS "receivedAt", processed_at AS "processedAt"
FROM webhook_events`;

interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly api_version: string | null;
  readonly livemode: boolean;
  readonly created_at: Date;
  readonly object_type: string;
  readonly object_id: string;
  readonly stripe_payment_intent: string | null;
  readonly payload: string;
  readonly status: WebhookStatus;
}

type ViewRow = Omit<WebhookView, 'createdAt' | 'receivedAt' | 'processedAt'> & {
  readonly createdAt: Date;
  readonly receivedAt: Date;
  readonly processedAt: Date | null;
};

export class PostgresWebhookInbox extends WebhookInbox {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly jobs: JobQueue,
    private readonly binding: StripeBinding,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override store(event: StripeEvent): Promise<boolean> {
    const { account, livemode } = this.binding.current();
    const payload = this.cipher.seal(event.payload, context(event.id));
    return this.unitOfWork.run(async () => {
      const [row] = await this.query<{ deliveries: number; overdue: boolean }>(STORE, [
        ...[event.id, account, livemode, event.type, event.apiVersion, event.objectType, event.objectId],
        ...[event.intent, payload, event.created],
      ]);
      const isNew = row?.deliveries === 1;
      // Its job may have been given up: that Stripe delivers it again is a chance to work on it after all.
      if (isNew || row?.overdue === true) await this.jobs.enqueue('process-webhook', { event: event.id });
      return isNew;
    });
  }

  override async find(id: string): Promise<{ readonly status: WebhookStatus; readonly event: StripeEvent } | null> {
    const [row] = await this.query<EventRow>('SELECT * FROM webhook_events WHERE id = $1', [id]);
    if (row === undefined) return null;
    const event: StripeEvent = {
      id: row.id,
      type: row.type,
      apiVersion: row.api_version,
      livemode: row.livemode,
      account: null,
      created: row.created_at,
      objectType: row.object_type,
      objectId: row.object_id,
      intent: row.stripe_payment_intent,
      payload: this.cipher.open(row.payload, context(id)),
    };
    return { status: row.status, event };
  }

  override async close(
    id: string,
    status: Exclude<WebhookStatus, 'received'>,
    paymentId: string | null,
    note: string | null,
  ): Promise<void> {
    await this.query(
      `UPDATE webhook_events SET status = $2, payment_id = $3, note = $4, processed_at = now()
       WHERE id = $1 AND status = 'received'`,
      [id, status, paymentId, note],
    );
  }

  override async noteFailure(id: string, note: string): Promise<void> {
    await this.query(`UPDATE webhook_events SET note = $2 WHERE id = $1 AND status = 'received'`, [id, note]);
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
    return this.unitOfWork.manager.query<T[]>(sql, values);
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
