import {
  IdempotencyKeyTaken,
  IdempotencyRecords,
  type IdempotencyRecord,
  type IdempotencyScope,
} from '../../application/shared/idempotency';
import type { Cipher } from '../../application/shared/cipher';
import { answerOwner, openAnswer, sealAnswer } from './idempotency-answer';
import { DEFAULT_LEASE, type Lease } from './lease';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** Answers are kept for longer than the 24 hours that callers are promised. */
const KEPT_FOR_HOURS = 48;

/** An answer that was found out late is kept for as long as was promised from then on. */
const KEPT_SETTLED_FOR_HOURS = 24;

interface Row {
  readonly fingerprint: string;
  readonly state: 'running' | 'done';
  readonly leased: boolean;
  readonly resource: string;
  readonly attemptId: string | null;
  readonly outcome: unknown;
  readonly answer: string | null;
}

export class PostgresIdempotencyRecords extends IdempotencyRecords {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly cipher: Cipher,
    private readonly lease: Lease = DEFAULT_LEASE,
  ) {
    super();
  }

  override async find(scope: IdempotencyScope): Promise<IdempotencyRecord | null> {
    const rows = await this.query<Row>(
      `SELECT fingerprint, state, coalesce(leased_until > now(), false) AS leased, resource,
         attempt_id AS "attemptId", outcome, answer
       FROM idempotency_records WHERE principal = $1 AND route = $2 AND key = $3`,
      [scope.principal, scope.route, scope.key],
    );
    const [row] = rows;
    if (row === undefined) return null;
    const { answer, outcome, ...record } = row;
    const owner = answerOwner(scope, row.attemptId);
    return { ...record, outcome: answer === null ? outcome : openAnswer(this.cipher, owner, answer) };
  }

  override async start(scope: IdempotencyScope, resource: string, attemptId: string): Promise<void> {
    await this.insert(
      `INSERT INTO idempotency_records (principal, route, key, fingerprint, state, leased_until, resource, attempt_id)
       VALUES ($1, $2, $3, $4, 'running', ${this.lease.until}, $5, $6)`,
      [scope.principal, scope.route, scope.key, scope.fingerprint, resource, attemptId],
    );
  }

  override async keep(scope: IdempotencyScope, resource: string, outcome: unknown): Promise<void> {
    await this.insert(
      `INSERT INTO idempotency_records (principal, route, key, fingerprint, state, resource, answer)
       VALUES ($1, $2, $3, $4, 'done', $5, $6)`,
      [
        scope.principal,
        scope.route,
        scope.key,
        scope.fingerprint,
        resource,
        sealAnswer(this.cipher, answerOwner(scope, null), outcome),
      ],
    );
  }

  override async takeOver(scope: IdempotencyScope): Promise<boolean> {
    const rows = await this.query(
      `WITH taken AS (
         UPDATE idempotency_records SET leased_until = ${this.lease.until}
         WHERE principal = $1 AND route = $2 AND key = $3 AND state = 'running'
           AND coalesce(leased_until <= now(), true)
         RETURNING 1
       ) SELECT 1 FROM taken`,
      [scope.principal, scope.route, scope.key],
    );
    return rows.length === 1;
  }

  override async finish(attemptId: string, outcome: unknown): Promise<void> {
    await this.query(
      `UPDATE idempotency_records SET state = 'done', leased_until = NULL, answer = $2
       WHERE attempt_id = $1 AND state = 'running'`,
      [attemptId, sealAnswer(this.cipher, attemptId, outcome)],
    );
  }

  override async release(attemptId: string): Promise<void> {
    await this.query(`UPDATE idempotency_records SET leased_until = NULL WHERE attempt_id = $1 AND state = 'running'`, [
      attemptId,
    ]);
  }

  override async prune(): Promise<number> {
    const rows = await this.query<{ removed: number }>(
      `WITH removed AS (
         DELETE FROM idempotency_records
         WHERE state = 'done' AND created_at < now() - make_interval(hours => $1)
           AND NOT EXISTS (SELECT FROM attempts a WHERE a.id = attempt_id
                           AND a.settled_at >= now() - make_interval(hours => $2))
         RETURNING 1
       ) SELECT count(*)::int AS removed FROM removed`,
      [KEPT_FOR_HOURS, KEPT_SETTLED_FOR_HOURS],
    );
    return rows[0]?.removed ?? 0;
  }

  private async insert(sql: string, values: unknown[]): Promise<void> {
    const rows = await this.query(`${sql} ON CONFLICT DO NOTHING RETURNING resource`, values);
    if (rows.length === 0) throw new IdempotencyKeyTaken();
  }

  private query<T>(sql: string, values: unknown[]): Promise<T[]> {
    return this.unitOfWork.rows<T>(sql, values);
  }
}
