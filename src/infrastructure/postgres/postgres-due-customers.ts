import { DueCustomers } from '../../application/customer/due-customers';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** Longer than telling Stripe takes; if the process dies meanwhile, another instance takes it up after this. */
const PUT_OFF_SECONDS = 60;

export class PostgresDueCustomers extends DueCustomers {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override async take(limit: number): Promise<string[]> {
    const rows = await this.unitOfWork.rows<{ id: string }>(
      `WITH taken AS (
         UPDATE customers SET sync_due_at = now() + make_interval(secs => $2)
         WHERE id IN (SELECT id FROM customers WHERE sync_due_at <= now()
                      ORDER BY sync_due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id)
       SELECT id FROM taken`,
      [limit, PUT_OFF_SECONDS],
    );
    return rows.map(({ id }) => id);
  }
}
