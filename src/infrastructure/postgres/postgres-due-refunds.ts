import { DueRefunds } from '../../application/refund/due-refunds';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** Longer than looking at one of them takes; if the process dies meanwhile, another instance takes it up after this. */
const PUT_OFF_SECONDS = 60;

/** Versions stay as they are: nothing of the refund itself is changed. */
const TAKE = `
WITH taken AS (
  UPDATE refunds SET next_check_at = now() + make_interval(secs => $2)
  WHERE id IN (SELECT id FROM refunds WHERE next_check_at <= now()
               ORDER BY next_check_at LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING id
) SELECT id FROM taken`;

const TAKE_ONE = `
WITH taken AS (
  UPDATE refunds SET next_check_at = now() + make_interval(secs => $2) WHERE id = $1 AND next_check_at <= now() RETURNING id
) SELECT id FROM taken`;

const UNDECIDED = `
SELECT id FROM refunds WHERE status = 'requested' AND expires_at <= now() ORDER BY expires_at LIMIT $1`;

export class PostgresDueRefunds extends DueRefunds {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override async take(limit: number): Promise<string[]> {
    const rows = await this.unitOfWork.rows<{ id: string }>(TAKE, [limit, PUT_OFF_SECONDS]);
    return rows.map(({ id }) => id);
  }

  override async takeOne(id: string): Promise<boolean> {
    const rows = await this.unitOfWork.rows<{ id: string }>(TAKE_ONE, [id, PUT_OFF_SECONDS]);
    return rows.length > 0;
  }

  override async takeUndecided(limit: number): Promise<string[]> {
    const rows = await this.unitOfWork.rows<{ id: string }>(UNDECIDED, [limit]);
    return rows.map(({ id }) => id);
  }
}
