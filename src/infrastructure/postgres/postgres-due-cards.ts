import { DueCards, type DueSetup } from '../../application/customer/due-cards';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** Longer than looking at one of them takes; if the process dies meanwhile, another instance takes it up after this. */
const PUT_OFF_SECONDS = 60;

/** Versions stay as they are: nothing of the thing itself is changed. */
const TAKE = (table: 'setups' | 'payment_methods', columns: string) => `
WITH taken AS (
  UPDATE ${table} SET check_due_at = now() + make_interval(secs => $2)
  WHERE id IN (SELECT id FROM ${table} WHERE check_due_at <= now()
               ORDER BY check_due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING ${columns}
) SELECT * FROM taken`;

const TAKE_SETUPS = TAKE('setups', 'id, stripe_setup_intent AS "setupIntent"');
const TAKE_PAYMENT_METHODS = TAKE('payment_methods', "id, state = 'detaching' AS detaching");

export class PostgresDueCards extends DueCards {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override takeSetups(limit: number): Promise<DueSetup[]> {
    return this.unitOfWork.rows(TAKE_SETUPS, [limit, PUT_OFF_SECONDS]);
  }

  override takePaymentMethods(limit: number): Promise<{ id: string; detaching: boolean }[]> {
    return this.unitOfWork.rows(TAKE_PAYMENT_METHODS, [limit, PUT_OFF_SECONDS]);
  }
}
