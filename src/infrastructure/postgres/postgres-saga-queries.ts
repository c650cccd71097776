import { SagaQueries, type SagaFilter } from '../../application/saga/saga-queries';
import type { SagaView } from '../../application/saga/saga-view';
import type { Page } from '../../application/shared/page';
import { decodeCursor, encodeCursor } from './cursor';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

const ISO = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The shape of `SagaView`, so that no mapper stands between the row and the answer. */
const VIEW = `
SELECT id, kind, subject, state, steps, reason, attention, payment_id AS "paymentId", customer_id AS "customerId",
  started_by AS "startedBy", ${ISO('next_look_at')} AS "nextLookAt", ${ISO('created_at')} AS "createdAt",
  ${ISO('updated_at')} AS "updatedAt", to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
FROM sagas`;

type ViewRow = SagaView & { readonly at: string };

export class PostgresSagaQueries extends SagaQueries {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override async get(id: string): Promise<SagaView | null> {
    const [row] = await this.unitOfWork.rows<ViewRow>(`${VIEW} WHERE id = $1`, [id]);
    return row === undefined ? null : viewOf(row);
  }

  override async list(filter: SagaFilter, limit: number, cursor: string | null): Promise<Page<SagaView>> {
    const { where, values } = conditions(filter, cursor);
    const sql = `${VIEW} ${where} ORDER BY created_at DESC, id DESC LIMIT ${String(limit + 1)}`;
    // Not prepared: there are too many forms of a list.
    const rows = await this.unitOfWork.manager.query<ViewRow[]>(sql, values);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      data: rows.slice(0, limit).map(viewOf),
      nextCursor: last === undefined ? null : encodeCursor({ at: last.at, id: last.id }),
    };
  }
}

function viewOf({ at: _at, ...view }: ViewRow): SagaView {
  return view;
}

function conditions(
  { state, kind, subject, attention }: SagaFilter,
  cursor: string | null,
): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const parts: string[] = [];
  const place = (value: unknown) => `$${String(values.push(value))}`;
  if (state !== undefined) parts.push(`state = ${place(state)}`);
  if (kind !== undefined) parts.push(`kind = ${place(kind)}`);
  if (subject !== undefined) parts.push(`subject = ${place(subject)}`);
  if (attention !== undefined) parts.push(`attention IS ${attention ? 'NOT ' : ''}NULL`);
  if (cursor !== null) {
    const { at, id } = decodeCursor(cursor);
    parts.push(`(created_at, id) < (${place(at)}::timestamptz, ${place(id)})`);
  }
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}
