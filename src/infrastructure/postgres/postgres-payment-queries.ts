import type { Cipher } from '../../application/shared/cipher';
import { PaymentQueries, type PaymentFilter, type TimelineEntry } from '../../application/payment/payment-queries';
import type { Page } from '../../application/shared/page';
import type { PaymentFinishing, PaymentView } from '../../application/payment/payment-view';
import { decodeCursor, encodeCursor } from './cursor';
import { openDetails, unseal } from './payment-row';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';
import { RowLookups } from './row-lookups';
import { TIMELINE, type TimelineRow, toEntry } from './timeline-sql';

/** An attempt is under way, or Stripe is still to be asked how the payment stands. */
const IN_DOUBT = `(EXISTS (SELECT FROM attempts a WHERE a.payment_id = p.id AND a.state IN ('prepared', 'sent', 'unknown')) OR p.refresh_due_at IS NOT NULL)`;

const ISO = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** What Stripe counts as refunded: as in `REFUNDED_STATUSES`, and in the index that holds the amounts. */
const REFUNDED = `coalesce((SELECT sum(r.amount) FROM refunds r
    WHERE r.payment_id = p.id AND r.status IN ('pending', 'requires_action', 'succeeded')), 0)`;

/** The shape of `PaymentView`, so that no mapper stands between the row and the answer. */
const VIEW = `
SELECT p.id, CASE WHEN ${IN_DOUBT} THEN 'unknown' ELSE p.status END AS status, p.amount, p.currency,
  p.capturable AS "capturableAmount", p.captured AS "capturedAmount", ${REFUNDED} AS "refundedAmount",
  p.capture_method AS "captureMethod", p.reference, p.purpose, p.customer_id AS customer, p.description, p.metadata, p.details,
  to_char(p.service_date, 'YYYY-MM-DD') AS "serviceDate", p.payment_method AS "paymentMethod",
  p.next_action AS "nextAction", p.failure, p.cancellation_reason AS "cancellationReason",
  coalesce(p.attention, (SELECT a.handed_over_reason FROM attempts a
    WHERE a.payment_id = p.id AND a.handed_over_at IS NOT NULL)) AS attention,
  ${ISO('p.expires_at')} AS "expiresAt", ${ISO('p.created_at')} AS "createdAt", ${ISO('p.updated_at')} AS "updatedAt",
  to_char(p.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
FROM payments p`;

const NEEDS_PERSON = `(p.attention IS NOT NULL OR EXISTS
  (SELECT FROM attempts a WHERE a.payment_id = p.id AND a.handed_over_at IS NOT NULL))`;

/**
 * The same two as lists of ids: few payments are in doubt or wait for a person, however many there are, so a list of
 * them begins there instead of looking at each payment.
 */
const ALL_IN_DOUBT = `p.id = ANY (ARRAY(SELECT payment_id FROM attempts WHERE state IN ('prepared', 'sent', 'unknown')
  UNION ALL SELECT id FROM payments WHERE refresh_due_at IS NOT NULL))`;
const ALL_THAT_NEED_PERSON = `p.id = ANY (ARRAY(SELECT payment_id FROM attempts WHERE handed_over_at IS NOT NULL
  UNION ALL SELECT id FROM payments WHERE attention IS NOT NULL))`;

/** pg hands bigint out as text; the columns are checked to stay within 2^53 - 1. */
type AmountColumn = 'amount' | 'capturableAmount' | 'capturedAmount' | 'refundedAmount';

type ViewRow = Omit<PaymentView, AmountColumn> &
  Record<AmountColumn | 'at', string> & { readonly details: string | null };

const FINISHING = `
SELECT id, client_secret AS "clientSecret", redirect_url AS "redirectUrl" FROM payments WHERE id = ANY($1::text[])`;

type FinishingRow = PaymentFinishing & { readonly id: string };

export class PostgresPaymentQueries extends PaymentQueries {
  private readonly finishings: RowLookups<FinishingRow>;

  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly cipher: Cipher,
  ) {
    super();
    this.finishings = new RowLookups(unitOfWork, FINISHING);
  }

  override async get(id: string): Promise<PaymentView | null> {
    const [row] = await this.unitOfWork.rows<ViewRow>(`${VIEW} WHERE p.id = $1`, [id]);
    return row === undefined ? null : this.view(row);
  }

  override async list(filter: PaymentFilter, limit: number, cursor: string | null): Promise<Page<PaymentView>> {
    const { where, values } = conditions(filter, cursor);
    const sql = `${VIEW} ${where} ORDER BY p.created_at DESC, p.id DESC LIMIT ${String(limit + 1)}`;
    const rows = await this.query<ViewRow>(sql, values);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      data: rows.slice(0, limit).map((row) => this.view(row)),
      nextCursor: last === undefined ? null : encodeCursor({ at: last.at, id: last.id }),
    };
  }

  override async timeline(id: string): Promise<TimelineEntry[]> {
    const rows = await this.query<TimelineRow>(TIMELINE, [id]);
    return rows.map((row) => toEntry(row, this.cipher));
  }

  override async finishing(id: string): Promise<PaymentFinishing> {
    const row = await this.finishings.find(id);
    return {
      clientSecret: unseal(this.cipher, 'client_secret', id, row?.clientSecret ?? null),
      redirectUrl: unseal(this.cipher, 'redirect_url', id, row?.redirectUrl ?? null),
    };
  }

  private view({ at: _at, details, ...row }: ViewRow): PaymentView {
    return {
      ...row,
      ...openDetails(this.cipher, row.id, details, row),
      amount: Number(row.amount),
      capturableAmount: Number(row.capturableAmount),
      capturedAmount: Number(row.capturedAmount),
      refundedAmount: Number(row.refundedAmount),
    };
  }

  /** Not prepared: there are too many forms of a list. */
  private query<T>(sql: string, values: unknown[]): Promise<T[]> {
    return this.unitOfWork.manager.query<T[]>(sql, values);
  }
}

function conditions(filter: PaymentFilter, cursor: string | null): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const parts: string[] = [];
  const add = (sql: string, ...given: unknown[]) => {
    parts.push(sql.replaceAll('?', () => `$${String(values.push(given.shift()))}`));
  };
  if (filter.customer !== undefined) add('p.customer_id = ?', filter.customer);
  if (filter.reference !== undefined) add('p.reference = ?', filter.reference);
  if (filter.currency !== undefined) add('p.currency = ?', filter.currency);
  if (filter.status === 'unknown') add(ALL_IN_DOUBT);
  else if (filter.status !== undefined) add(`p.status = ? AND NOT ${IN_DOUBT}`, filter.status);
  if (filter.attention === true) add(ALL_THAT_NEED_PERSON);
  if (filter.attention === false) add(`NOT ${NEEDS_PERSON}`);
  if (filter.createdFrom !== undefined) add('p.created_at >= ?', filter.createdFrom);
  // Of two upper ends the lower one alone is said: PostgreSQL begins at either, and may walk from one to the other.
  const after = cursor === null ? null : decodeCursor(cursor);
  const { createdBefore } = filter;
  if (after !== null && (createdBefore === undefined || new Date(after.at) < createdBefore)) {
    add('(p.created_at, p.id) < (?::timestamptz, ?)', after.at, after.id);
  } else if (createdBefore !== undefined) add('p.created_at < ?', createdBefore);
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}
