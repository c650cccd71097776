import { RowIndex } from './row-index';

/** Fewer gaps than this are not worth closing. */
const MANY_GAPS = 1_000;

/** Rows in the order of their making. */
export class Table<R extends { id: string }> {
  private positions = new Map<string, number>();
  /** Undefined where a row was deleted. */
  private rows: (R | undefined)[] = [];
  private readonly indexes: ReadonlyMap<string, RowIndex>;

  constructor(indexes: readonly string[] = []) {
    this.indexes = new Map(indexes.map((field) => [field, new RowIndex(field)]));
  }

  get(id: string): R | undefined {
    const position = this.positions.get(id);
    return position === undefined ? undefined : this.rows[position];
  }

  put(row: R): void {
    const position = this.positions.get(row.id);
    const before = position === undefined ? undefined : this.rows[position];
    if (position === undefined) {
      this.positions.set(row.id, this.rows.length);
      this.rows.push(row);
    } else {
      this.rows[position] = row;
    }
    for (const index of this.indexes.values()) index.move(row.id, before, row);
  }

  delete(id: string): void {
    const position = this.positions.get(id);
    if (position === undefined) return;
    for (const index of this.indexes.values()) index.move(id, this.rows[position], undefined);
    this.positions.delete(id);
    this.rows[position] = undefined;
    const gaps = this.rows.length - this.positions.size;
    if (gaps > MANY_GAPS && gaps > this.positions.size) this.closeGaps();
  }

  *values(): Generator<R> {
    for (const row of this.rows) if (row !== undefined) yield row;
  }

  get size(): number {
    return this.positions.size;
  }

  /** What an indexed field holds in a row that need not be here yet. */
  valueOf(field: string, row: R): string | null {
    return this.index(field).valueOf(row);
  }

  /** The rows whose indexed field leads to that value, the oldest first. */
  where(field: string, value: string): R[] {
    return this.index(field)
      .ids(value)
      .flatMap((id) => this.get(id) ?? []);
  }

  /** The same, one by one: from `after` (exclusive, or the end) towards the oldest. */
  *olderWhere(field: string, value: string, after?: string): Generator<R> {
    const ids = this.index(field).ids(value);
    // Most pages are of the newest rows, which stand last.
    const from = after === undefined ? ids.length : ids.lastIndexOf(after);
    for (let at = from - 1; at >= 0; at -= 1) {
      const row = this.get(ids[at] ?? '');
      if (row !== undefined) yield row;
    }
  }

  /** From `before` (exclusive) towards the newest. */
  *newerWhere(field: string, value: string, before: string): Generator<R> {
    const ids = this.index(field).ids(value);
    for (let at = ids.lastIndexOf(before) + 1; at > 0 && at < ids.length; at += 1) {
      const row = this.get(ids[at] ?? '');
      if (row !== undefined) yield row;
    }
  }

  /** From `after` (exclusive, or the end) towards the oldest row. */
  *older(after?: string): Generator<R> {
    const from = after === undefined ? this.rows.length : (this.positions.get(after) ?? 0);
    for (let at = from - 1; at >= 0; at -= 1) {
      const row = this.rows[at];
      if (row !== undefined) yield row;
    }
  }

  /** From `before` (exclusive) towards the newest row. */
  *newer(before: string): Generator<R> {
    const from = this.positions.get(before) ?? this.rows.length;
    for (let at = from + 1; at < this.rows.length; at += 1) {
      const row = this.rows[at];
      if (row !== undefined) yield row;
    }
  }

  private index(field: string): RowIndex {
    const index = this.indexes.get(field);
    if (index === undefined) throw new Error(`no index on '${field}'`);
    return index;
  }

  private closeGaps(): void {
    const rows = [...this.values()];
    this.rows = rows;
    this.positions = new Map(rows.map((row, position) => [row.id, position]));
  }
}
