import type { StripeBinding } from '../../application/shared/stripe-binding';
import { EventReadings, type EventReading } from '../../application/webhook/event-readings';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** Longer than a page can take: with each page it begins anew. */
const LEASE = `interval '60 seconds'`;

/** Before the first start nothing of ours was at Stripe. */
const BEGIN = `
INSERT INTO event_readings (stripe_account, livemode, read_until, looked_at) VALUES ($1, $2, now(), '-infinity')
ON CONFLICT DO NOTHING`;

const OURS = 'stripe_account = $1 AND livemode = $2';

const TAKE = `
UPDATE event_readings SET leased_until = now() + ${LEASE}
WHERE ${OURS} AND leased_until < now() AND (next_after IS NOT NULL OR looked_at <= now() - $3 * interval '1 second')
RETURNING read_until AS "readUntil", CASE WHEN looked_at = '-infinity' THEN now() ELSE looked_at END AS "lookedAt",
  now() AS now, newest, next_after AS "nextAfter"`;

const GO_ON = `
UPDATE event_readings SET newest = $3, next_after = $4, leased_until = now() + ${LEASE} WHERE ${OURS}`;

/** From its beginning on: what came while it was read is read by the next one. */
const END = `
UPDATE event_readings SET read_until = greatest(read_until, $3), looked_at = now(), newest = NULL, next_after = NULL,
  leased_until = '-infinity'
WHERE ${OURS}`;

const RELEASE = `UPDATE event_readings SET leased_until = '-infinity' WHERE ${OURS}`;

const TELL = `
INSERT INTO domain_events (type, cause, data, occurred_at)
VALUES ('webhooks.events_lost', 'fetch', jsonb_build_object('from', $1::timestamptz, 'to', $2::timestamptz), now())`;

export class PostgresEventReadings extends EventReadings {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
  ) {
    super();
  }

  override async take(seconds: number): Promise<EventReading | null> {
    const taken = await this.ours<EventReading>(TAKE, seconds);
    if (taken.length === 0) await this.ours(BEGIN);
    return taken[0] ?? null;
  }

  override async goOn(newest: Date | null, nextAfter: string): Promise<void> {
    await this.ours(GO_ON, newest, nextAfter);
  }

  override async end(readUntil: Date): Promise<void> {
    await this.ours(END, readUntil);
  }

  override async release(): Promise<void> {
    await this.ours(RELEASE);
  }

  override async tellOfLoss(from: Date, to: Date): Promise<void> {
    await this.unitOfWork.rows(TELL, [from, to]);
  }

  private ours<T>(sql: string, ...others: unknown[]): Promise<T[]> {
    const { account, livemode } = this.binding.current();
    return this.unitOfWork.rows<T>(sql, [account, livemode, ...others]);
  }
}
