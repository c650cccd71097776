import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { Saga } from '../../domain/saga/saga';
import { Sagas } from '../../domain/saga/sagas';
import { insertionOfJobs, revivalOfJobs } from './postgres-job-queue';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';
import { fromRow, ownersOf, pauseOf, type SagaRow } from './saga-row';

const ADD = `
INSERT INTO sagas (id, stripe_account, livemode, kind, subject, payment_id, customer_id, started_by, state, steps, reason,
  attention, next_look_at, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now() + $13 * interval '1 second', $14, $15)`;

const SELECT = `
SELECT id, kind, subject, payment_id AS "paymentId", customer_id AS "customerId", started_by AS "startedBy", state, steps,
  reason, attention, next_look_at AS "nextLookAt", created_at AS "createdAt", updated_at AS "updatedAt", version
FROM sagas WHERE id = $1`;

const SAVE = `
UPDATE sagas SET state = $3, steps = $4, reason = $5, attention = $6, next_look_at = now() + $7 * interval '1 second',
  updated_at = now(), version = version + 1
WHERE id = $1 AND version = $2 RETURNING version`;

const TELL = `
INSERT INTO domain_events (type, payment_id, customer_id, cause, data, occurred_at)
SELECT e.type, $1, $2, e.cause, e.data, e.at
FROM unnest($3::text[], $4::text[], $5::jsonb[], $6::timestamptz[]) WITH ORDINALITY AS e (type, cause, data, at, place)
ORDER BY e.place`;

/**
 * Two CTEs that give the sagas of a subject a job, for a statement that changes the subject: the change and the wake-up
 * commit together. One that was completed may have to be taken up again, and one that was given up has another chance.
 * @param subject of SQL, such as `$1`.
 */
export function wakingSagasOf(subject: string): string {
  const woken = `SELECT id AS key FROM sagas WHERE subject = ${subject} AND state <> 'compensated'`;
  return `revived_sagas AS (${revivalOfJobs("'run-saga'", woken)}),
  woken_sagas AS (${insertionOfJobs('run-saga', woken, { revived: 'revived_sagas' })})`;
}

export class PostgresSagas extends Sagas {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
  ) {
    super();
  }

  override async add(saga: Saga): Promise<void> {
    const { account, livemode } = this.binding.current();
    const props = saga.snapshot();
    const { paymentId, customerId } = ownersOf(props.about);
    const { id, kind, subject, startedBy, state, steps, reason, attention, createdAt, version } = props;
    const owner = [account, livemode, kind, subject, paymentId, customerId, startedBy];
    const progress = [state, JSON.stringify(steps), reason, attention, pauseOf(props)];
    await this.unitOfWork.rows(ADD, [id, ...owner, ...progress, createdAt, version]);
  }

  override find(id: string): Promise<Saga | null> {
    return this.read(SELECT, id);
  }

  override lock(id: string): Promise<Saga | null> {
    return this.read(`${SELECT} FOR UPDATE`, id);
  }

  override async save(saga: Saga): Promise<void> {
    const props = saga.snapshot();
    const { id, version, state, steps, reason, attention } = props;
    const values = [id, version, state, JSON.stringify(steps), reason, attention, pauseOf(props)];
    const [stored] = await this.unitOfWork.rows<{ version: number }>(SAVE, values);
    if (stored === undefined) throw new Error(`saga ${id} was changed by another writer`);
    saga.stored(stored.version);
    await this.tell(saga);
  }

  private async read(sql: string, id: string): Promise<Saga | null> {
    const [row] = await this.unitOfWork.rows<SagaRow>(sql, [id]);
    return row === undefined ? null : fromRow(row);
  }

  private async tell(saga: Saga): Promise<void> {
    const events = saga.pullEvents();
    if (events.length === 0) return;
    const { paymentId, customerId } = ownersOf(saga.snapshot().about);
    await this.unitOfWork.rows(TELL, [
      paymentId,
      customerId,
      events.map(({ type }) => type),
      events.map(({ cause }) => cause),
      events.map(({ data }) => JSON.stringify(data)),
      events.map(({ at }) => at),
    ]);
  }
}
