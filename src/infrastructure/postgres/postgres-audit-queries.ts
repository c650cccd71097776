import { AuditQueries, type AuditFilter, type AuditView } from '../../application/audit/audit-queries';
import type { Cipher } from '../../application/shared/cipher';
import { InvalidCursor, type Page } from '../../application/shared/page';
import { AUDIT_COLUMNS, fromRow, openDetail, type AuditRow } from './audit-row';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** Times grow with the places, so that the first place of a time bounds the search. Null there: nothing is so late. */
const FIRST_SINCE = (time: string) =>
  `(SELECT s.sequence FROM audit_entries s WHERE s.occurred_at >= ${time} ORDER BY s.occurred_at, s.sequence LIMIT 1)`;

const CURSOR = /^[1-9]\d{0,15}$/;

export class PostgresAuditQueries extends AuditQueries {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override async list(filter: AuditFilter, limit: number, cursor: string | null): Promise<Page<AuditView>> {
    const values: unknown[] = [limit + 1];
    const next = (value: unknown) => `$${String(values.push(value))}`;
    const { principal, action, since } = filter;
    const conditions = [
      ...(principal === undefined ? [] : [`principal = ${next(principal)}`]),
      ...(action === undefined ? [] : [`action = ${next(action)}`]),
      ...(since === undefined ? [] : [`sequence >= ${FIRST_SINCE(next(since))}`]),
      ...(cursor === null ? [] : [`sequence < ${next(placeIn(cursor))}`]),
    ];
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const rows = await this.unitOfWork.manager.query<AuditRow[]>(
      `SELECT ${AUDIT_COLUMNS} FROM audit_entries ${where} ORDER BY audit_entries.sequence DESC LIMIT $1`,
      values,
    );
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const data = rows.slice(0, limit).map((row) => this.view(row));
    return { data, nextCursor: last === undefined ? null : Buffer.from(String(last.sequence)).toString('base64url') };
  }

  private view(row: AuditRow): AuditView {
    const { detail, previousHash: _previous, ...shown } = fromRow(row);
    return { ...shown, detail: detail === null ? null : openDetail(this.cipher, shown.sequence, detail) };
  }
}

function placeIn(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (CURSOR.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidCursor('The cursor is none that this list handed out.');
}
