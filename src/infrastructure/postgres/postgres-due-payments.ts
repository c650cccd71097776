import { DuePayments } from '../../application/payment/due-payments';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** Longer than looking at one of them takes; if the process dies meanwhile, another instance takes it up after this. */
const PUT_OFF_SECONDS = 60;

/** An expiry that Stripe refused is tried again after this long. */
const EXPIRE_AGAIN_MINUTES = 10;

export class PostgresDuePayments extends DuePayments {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override takeAttempts(limit: number): Promise<string[]> {
    return this.take(
      `UPDATE attempts SET next_check_at = now() + make_interval(secs => $2)
       WHERE id IN (SELECT id FROM attempts WHERE next_check_at <= now()
                    ORDER BY next_check_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [limit, PUT_OFF_SECONDS],
    );
  }

  override takeRefreshes(limit: number): Promise<string[]> {
    return this.take(
      `UPDATE payments SET refresh_due_at = now() + make_interval(secs => $2)
       WHERE id IN (SELECT id FROM payments WHERE refresh_due_at <= now() AND stripe_payment_intent IS NOT NULL
                    ORDER BY refresh_due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING stripe_payment_intent AS id`,
      [limit, PUT_OFF_SECONDS],
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
    const rows = await this.unitOfWork.manager.query<{ id: string }[]>(wrapped, values);
    return rows.map((row) => row.id);
  }
}
