import { DuePayments, type DueAttempt } from '../../application/payment/due-payments';
import { HAND_OVER_AFTER, REPEATABLE_FOR } from '../../domain/payment/settlement';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** Longer than looking at one of them takes; if the process dies meanwhile, another instance takes it up after this. */
const PUT_OFF_SECONDS = 60;

/** A single question, which is asked again soon after an outage. */
const REFRESH_PUT_OFF_SECONDS = 25;

/** While Stripe does not answer; each a little differently, so that they do not come back together. */
const AWAY_SECONDS = 5;
const AWAY_SPREAD_SECONDS = 15;

const SECONDS_REPEATABLE = REPEATABLE_FOR / 1_000;
const SECONDS_TO_HAND_OVER = HAND_OVER_AFTER / 1_000;

const TAKE_ATTEMPTS = `
WITH due AS (
  SELECT id FROM attempts WHERE next_check_at <= now() ORDER BY next_check_at LIMIT $1 FOR UPDATE SKIP LOCKED
), taken AS (
  UPDATE attempts a SET next_check_at = now() + make_interval(secs => $2)
  FROM due, payments p WHERE a.id = due.id AND p.id = a.payment_id
  RETURNING a.id,
    CASE WHEN p.stripe_payment_intent IS NULL AND a.operation = 'create' AND a.state IN ('sent', 'unknown')
      THEN a.first_sent_at END AS "soughtFrom",
    a.doubt IS DISTINCT FROM 'server_error' AND a.first_sent_at > now() - make_interval(secs => $3)
      AND p.expires_at > now() AND p.status NOT IN ('canceled', 'failed', 'succeeded') AS repeatable,
    a.handed_over_at IS NULL AND a.first_sent_at < now() - make_interval(secs => $4) AS late
) SELECT * FROM taken`;

/** An expiry that Stripe refused is tried again after this long. */
const EXPIRE_AGAIN_MINUTES = 10;

export class PostgresDuePayments extends DuePayments {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override takeAttempts(limit: number): Promise<DueAttempt[]> {
    return this.unitOfWork.rows(TAKE_ATTEMPTS, [limit, PUT_OFF_SECONDS, SECONDS_REPEATABLE, SECONDS_TO_HAND_OVER]);
  }

  override async keepAttempts(ids: readonly string[]): Promise<void> {
    await this.unitOfWork.rows(
      `UPDATE attempts SET next_check_at = now() + make_interval(secs => $2)
       WHERE id = ANY ($1) AND next_check_at IS NOT NULL`,
      [ids, PUT_OFF_SECONDS],
    );
  }

  override async putOffAttempts(ids: readonly string[]): Promise<void> {
    await this.unitOfWork.rows(
      `UPDATE attempts SET next_check_at = now() + make_interval(secs => $2 + $3 * random())
       WHERE id = ANY ($1) AND next_check_at IS NOT NULL`,
      [ids, AWAY_SECONDS, AWAY_SPREAD_SECONDS],
    );
  }

  override takeRefreshes(limit: number): Promise<string[]> {
    return this.take(
      `UPDATE payments SET refresh_due_at = now() + make_interval(secs => $2 + 10 * random())
       WHERE id IN (SELECT id FROM payments WHERE refresh_due_at <= now() AND stripe_payment_intent IS NOT NULL
                    ORDER BY refresh_due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING stripe_payment_intent AS id`,
      [limit, REFRESH_PUT_OFF_SECONDS],
    );
  }

  override takeExpired(limit: number): Promise<string[]> {
    return this.take(
      `SELECT id FROM payments p
       WHERE status IN ('requires_payment_method', 'requires_confirmation', 'requires_action') AND expires_at <= now()
         AND attention IS NULL
         AND NOT EXISTS (SELECT FROM attempts a WHERE a.payment_id = p.id
                         AND (a.next_check_at IS NOT NULL
                              OR a.origin = 'expiry' AND a.created_at > now() - make_interval(mins => $2)))
       ORDER BY expires_at LIMIT $1`,
      [limit, EXPIRE_AGAIN_MINUTES],
    );
  }

  private async take(sql: string, values: unknown[]): Promise<string[]> {
    const wrapped = sql.startsWith('UPDATE') ? `WITH taken AS (${sql}) SELECT id FROM taken` : sql;
    const rows = await this.unitOfWork.rows<{ id: string }>(wrapped, values);
    return rows.map((row) => row.id);
  }
}
