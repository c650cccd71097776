import type { TimelineEntry } from '../../application/payment/payment-queries';
import { RefundQueries, type RefundFilter } from '../../application/refund/refund-queries';
import type { RefundView } from '../../application/refund/refund-view';
import type { Cipher } from '../../application/shared/cipher';
import type { Page } from '../../application/shared/page';
import { decodeCursor, encodeCursor } from './cursor';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';
import { openNote } from './refund-row';

const ISO = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The shape of `RefundView`, so that no mapper stands between the row and the answer. */
const VIEW = `
SELECT r.id, r.payment_id AS "paymentId", r.status, r.origin, r.amount, r.currency, r.reason, r.note,
  r.requested_by AS "requestedBy", r.decision, ${ISO('r.expires_at')} AS "expiresAt", r.decided_by AS "decidedBy",
  ${ISO('r.decided_at')} AS "decidedAt", r.decision_note AS "decisionNote", r.stripe_refund AS "stripeRefund",
  r.pending_reason AS "pendingReason", r.failure, r.attention, ${ISO('r.created_at')} AS "createdAt",
  ${ISO('r.updated_at')} AS "updatedAt",
  to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
FROM refunds r`;

const TIMELINE = `
SELECT ${ISO('occurred_at')} AS at, 'event' AS kind, type AS what, cause, id::text, data FROM domain_events
WHERE payment_id = $1 AND $2 IN (data->>'refund', data->>'subject') ORDER BY domain_events.id`;

/** pg hands bigint out as text; the column is checked to stay within 2^53 - 1. */
type ViewRow = Omit<RefundView, 'amount'> & { readonly amount: string; readonly at: string };

export class PostgresRefundQueries extends RefundQueries {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override async get(id: string): Promise<RefundView | null> {
    const [row] = await this.unitOfWork.rows<ViewRow>(`${VIEW} WHERE r.id = $1`, [id]);
    return row === undefined ? null : this.view(row);
  }

  override async list(filter: RefundFilter, limit: number, cursor: string | null): Promise<Page<RefundView>> {
    const { where, values } = conditions(filter, cursor);
    const sql = `${VIEW} ${where} ORDER BY r.created_at DESC, r.id DESC LIMIT ${String(limit + 1)}`;
    // Not prepared: there are too many forms of a list.
    const rows = await this.unitOfWork.manager.query<ViewRow[]>(sql, values);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      data: rows.slice(0, limit).map((row) => this.view(row)),
      nextCursor: last === undefined ? null : encodeCursor({ at: last.at, id: last.id }),
    };
  }

  override timeline({ id, paymentId }: RefundView): Promise<TimelineEntry[]> {
    return this.unitOfWork.rows<TimelineEntry>(TIMELINE, [paymentId, id]);
  }

  private view({ at: _at, amount, ...row }: ViewRow): RefundView {
    return {
      ...row,
      amount: Number(amount),
      note: openNote(this.cipher, 'note', row.id, row.note),
      decisionNote: openNote(this.cipher, 'decision_note', row.id, row.decisionNote),
    };
  }
}

function conditions(filter: RefundFilter, cursor: string | null): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const parts: string[] = [];
  const add = (sql: string, ...given: unknown[]) => {
    parts.push(sql.replaceAll('?', () => `$${String(values.push(given.shift()))}`));
  };
  if (filter.status !== undefined) add('r.status = ?', filter.status);
  if (filter.paymentId !== undefined) add('r.payment_id = ?', filter.paymentId);
  if (filter.attention !== undefined) add(`r.attention IS ${filter.attention ? 'NOT ' : ''}NULL`);
  if (cursor !== null) {
    const { at, id } = decodeCursor(cursor);
    add('(r.created_at, r.id) < (?::timestamptz, ?)', at, id);
  }
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}
