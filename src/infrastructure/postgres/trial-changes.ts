import type { RowChange } from '../../application/shared/trial';
import { SEALED_COLUMNS } from './sealed-columns';

type Row = Readonly<Record<string, unknown>>;
type Sql = <R>(sql: string, values?: unknown[]) => Promise<R[]>;

/** A table that the transaction wrote to, and how often. */
interface Written {
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

interface Shape {
  readonly table: string;
  readonly key: readonly string[];
  /** Columns of text in which some index begins that has every row of theirs. */
  readonly indexed: readonly string[];
}

/** PostgreSQL counts them for each connection, with those of the transaction that is open. */
const WRITTEN = `
SELECT relid::regclass::text AS table, n_tup_ins::int AS inserted, n_tup_upd::int AS updated, n_tup_del::int AS deleted,
  current_setting('track_counts')::boolean AS counted
FROM pg_stat_xact_user_tables ORDER BY 1`;

const SHAPES = `
SELECT c.oid::regclass::text AS table,
  ARRAY(SELECT a.attname::text FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place), pg_attribute a
    WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = k.attnum ORDER BY k.place) AS key,
  ARRAY(SELECT DISTINCT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = c.oid AND a.atttypid = 'text'::regtype
      AND (i.indpred IS NULL OR pg_get_expr(i.indpred, c.oid) = format('(%I IS NOT NULL)', a.attname))) AS indexed
FROM pg_class c WHERE c.oid = ANY ($1::text[]::regclass[]) ORDER BY 1`;

const MINE = 't.xmin = pg_current_xact_id()::xid';
/** Ids lead from one row to the next: from an intent to its payment, from there to the payment's refunds. */
const MOST_STEPS = 4;
const SEALED = new Set(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`));

/**
 * What an open transaction changed, row by row. Its rows are found by the ids that they hold; where PostgreSQL counted more
 * of them than were found, the whole table is read. What was there before is seen from outside of the transaction.
 */
export class TrialChanges {
  private constructor(
    private readonly inside: Sql,
    private readonly outside: Sql,
    private readonly atFirst: ReadonlyMap<string, Written>,
  ) {}

  static async begin(inside: Sql, outside: Sql): Promise<TrialChanges> {
    const rows = await inside<Written>(WRITTEN);
    return new TrialChanges(inside, outside, new Map(rows.map((row) => [row.table, row])));
  }

  /** @param about ids of what the work was about. @throws Error for what cannot be shown, such as a row that is deleted. */
  async found(about: readonly string[]): Promise<RowChange[]> {
    const written = await this.written();
    if (written.length === 0) return [];
    const shapes = await this.inside<Shape>(SHAPES, [written.map(({ table }) => table)]);
    const rows = await this.byTheirIds(shapes, about);
    for (const { table, inserted, updated } of written) {
      const few = (rows.get(table)?.length ?? 0) < inserted + updated;
      if (few) rows.set(table, await this.rowsOf(table, MINE));
    }
    const changes: RowChange[] = [];
    for (const shape of shapes) changes.push(...(await this.compared(shape, rows.get(shape.table) ?? [])));
    return changes;
  }

  private async written(): Promise<Written[]> {
    const now = await this.inside<Written & { readonly counted: boolean }>(WRITTEN);
    if (now.some(({ counted }) => !counted)) {
      throw new Error('PostgreSQL does not count what is written (track_counts is off): turn it on for a dry run.');
    }
    const since = now.map((row) => {
      const first = this.atFirst.get(row.table);
      return {
        table: row.table,
        inserted: row.inserted - (first?.inserted ?? 0),
        updated: row.updated - (first?.updated ?? 0),
        deleted: row.deleted - (first?.deleted ?? 0),
      };
    });
    const gone = since.find(({ deleted }) => deleted > 0);
    if (gone !== undefined) throw new Error(`Rows of ${gone.table} would be deleted, which a dry run cannot show.`);
    return since.filter(({ inserted, updated }) => inserted + updated > 0);
  }

  private async byTheirIds(shapes: readonly Shape[], about: readonly string[]): Promise<Map<string, Row[]>> {
    const ids = new Set(about);
    const rows = new Map<string, Row[]>();
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const known = ids.size;
      for (const { table, indexed } of shapes) {
        if (indexed.length === 0) continue;
        const held = indexed.map((column) => `t.${column} = ANY ($1::text[])`).join(' OR ');
        rows.set(table, await this.rowsOf(table, `${MINE} AND (${held})`, [[...ids]]));
      }
      for (const row of [...rows.values()].flat()) for (const id of idsIn(row)) ids.add(id);
      if (ids.size === known) break;
    }
    return rows;
  }

  private async rowsOf(table: string, condition: string, values: unknown[] = []): Promise<Row[]> {
    const rows = await this.inside<{ row: Row }>(`SELECT to_json(t) AS row FROM ${table} t WHERE ${condition}`, values);
    return rows.map(({ row }) => row);
  }

  private async compared({ table, key }: Shape, rows: readonly Row[]): Promise<RowChange[]> {
    const columns = key.map((column) => `t.${column}`).join(', ');
    const given = key.map((column) => `g.${column}`).join(', ');
    const before = await this.outside<{ row: Row }>(
      `SELECT to_json(t) AS row FROM ${table} t
       WHERE (${columns}) IN (SELECT ${given} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb) g)`,
      [JSON.stringify(rows)],
    );
    const nameOf = (row: Row) => key.map((column) => String(row[column])).join('/');
    const known = new Map(before.map(({ row }) => [nameOf(row), row]));
    return rows
      .map((row) => changeOf(table, nameOf(row), known.get(nameOf(row)) ?? null, row))
      .filter(({ after }) => Object.keys(after).length > 0)
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }
}

function changeOf(table: string, id: string, before: Row | null, after: Row): RowChange {
  const shown = (row: Row, column: string) =>
    SEALED.has(`${table}.${column}`) && row[column] !== null ? '(sealed)' : row[column];
  const changed = Object.keys(after).filter((column) =>
    before === null
      ? after[column] !== null
      : JSON.stringify(shown(before, column)) !== JSON.stringify(shown(after, column)),
  );
  const of = (row: Row) => Object.fromEntries(changed.map((column) => [column, shown(row, column)]));
  return { table, id, before: before === null ? null : of(before), after: of(after) };
}

/** Texts that name something; no text that a person wrote is one. */
function idsIn(row: Row): string[] {
  return Object.values(row).filter(
    (value): value is string => typeof value === 'string' && /^[a-z]{2,8}_\w{1,250}$/.test(value),
  );
}
