import {
  RecoveryQueries,
  type RecoveryDetails,
  type RecoveryFilter,
  type RecoveryItem,
  type RecoveryKind,
} from '../../application/recovery/recovery-queries';
import type { Cipher } from '../../application/shared/cipher';
import type { Page } from '../../application/shared/page';
import { openAsked } from './attempt-row';
import { decodeCursor, encodeCursor } from './cursor';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';
import { FACTS } from './recovery-facts-sql';

const ISO = (column: string, digits: 'MS' | 'US' = 'MS') =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.${digits}"Z"')`;

/** What is in doubt, or listed, of each kind. Just sent is not in doubt: its sender has its lease for it. */
const ITEMS: Readonly<Record<RecoveryKind, string>> = {
  attempt: `
SELECT a.id, 'attempt' AS kind, a.payment_id AS about, a.operation || ' ' || p.amount || ' ' || p.currency AS what, a.state,
  coalesce(a.first_sent_at, a.created_at) AS began, a.checks, a.next_check_at AS next, a.handed_over_reason AS attention
FROM attempts a JOIN payments p ON p.id = a.payment_id
WHERE a.next_check_at IS NOT NULL AND (a.state = 'unknown' OR a.next_check_at <= now())`,
  payment: `
SELECT p.id, 'payment', NULL, p.amount || ' ' || p.currency, p.status, p.updated_at, 0, p.refresh_due_at, p.attention
FROM payments p WHERE p.attention IS NOT NULL`,
  refund: `
SELECT r.id, 'refund', r.payment_id, 'refund ' || r.amount || ' ' || r.currency, r.status,
  coalesce(r.first_sent_at, r.decided_at, r.created_at), r.checks, r.next_check_at, r.attention
FROM refunds r WHERE r.attention IS NOT NULL OR r.next_check_at IS NOT NULL AND (r.status = 'unknown'
  OR r.status = 'executing' AND r.next_check_at <= now() OR r.status = 'approved' AND r.checks > 0)`,
  setup: `
SELECT s.id, 'setup', s.customer_id, 'setup', 'unknown', s.first_sent_at, s.checks, s.check_due_at, s.handed_over_reason
FROM setups s WHERE s.stripe_setup_intent IS NULL AND s.status NOT IN ('canceled', 'failed')
  AND s.check_due_at IS NOT NULL AND (s.checks > 0 OR s.check_due_at <= now())`,
  submission: `
SELECT e.id, 'submission', e.dispute_id, 'evidence', e.state, coalesce(e.first_sent_at, e.created_at), e.checks, e.check_due_at,
  e.handed_over_reason
FROM dispute_submissions e WHERE e.check_due_at IS NOT NULL AND (e.state = 'unknown' OR e.checks > 0 OR e.check_due_at <= now())`,
  customer: `
SELECT c.id, 'customer', NULL, CASE WHEN c.stripe_customer IS NULL THEN 'create' ELSE 'update' END, 'unknown', c.updated_at,
  c.sync_tries, c.sync_due_at, NULL
FROM customers c WHERE c.sync_due_at IS NOT NULL AND c.sync_tries > 0`,
};

const ALL = Object.values(ITEMS);

type Facts = Readonly<Record<string, unknown>>;

interface Row extends Omit<RecoveryItem, 'since'> {
  readonly since: string;
  readonly at: string;
}

export class PostgresRecoveryQueries extends RecoveryQueries {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override async list(filter: RecoveryFilter, limit: number, cursor: string | null): Promise<Page<RecoveryItem>> {
    const after = cursor === null ? null : decodeCursor(cursor);
    const conditions = [
      ...(filter.attention === true ? ['attention IS NOT NULL'] : []),
      ...(filter.attention === false ? ['attention IS NULL'] : []),
      ...(after === null ? [] : ['(began, id) > ($1::timestamptz, $2)']),
    ];
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const kinds = filter.kind === undefined ? ALL : [ITEMS[filter.kind]];
    const rest = `${where} ORDER BY began, id LIMIT ${String(limit + 1)}`;
    const rows = await this.rows(kinds, rest, after === null ? [] : [after.at, after.id]);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      data: rows.slice(0, limit).map(itemOf),
      nextCursor: last === undefined ? null : encodeCursor({ at: last.at, id: last.id }),
    };
  }

  override async get(id: string): Promise<RecoveryDetails | null> {
    const [row] = await this.rows(ALL, 'WHERE id = $1', [id]);
    if (row === undefined) return null;
    const item = itemOf(row);
    const [known] = await this.unitOfWork.rows<{ facts: Facts; from: Date | null }>(FACTS[item.kind], [id]);
    const { asked, ...facts } = known?.facts ?? {};
    const request = typeof asked === 'string' ? openAsked(this.cipher, id, asked, null) : null;
    const noEffectFrom = known?.from?.toISOString() ?? null;
    return { ...item, facts: request === null ? facts : { ...facts, asked: request }, noEffectFrom };
  }

  private rows(kinds: readonly string[], rest: string, values: unknown[]): Promise<Row[]> {
    const items = kinds.map((sql, place) => (place === 0 ? named(sql) : sql)).join('\nUNION ALL');
    const sql = `SELECT id, kind, about, what, state, ${ISO('began')} AS since, checks, ${ISO('next')} AS "nextCheckAt",
      attention, ${ISO('began', 'US')} AS at FROM (${items}) items ${rest}`;
    return this.unitOfWork.manager.query<Row[]>(sql, values);
  }
}

/** The first of a union names its columns. */
function named(sql: string): string {
  return `SELECT * FROM (${sql}) first (id, kind, about, what, state, began, checks, next, attention)`;
}

function itemOf({ at: _at, ...item }: Row): RecoveryItem {
  return item;
}
