import { RowIndex } from './row-index';

/** Rows in the order of their making. Deleting is rare where order matters, so it may cost. */
export class Table<R extends { id: string }> {
  private readonly rows = new Map<string, R>();
  private readonly indexes: ReadonlyMap<string, RowIndex>;
  private order: string[] = [];
  private positions: Map<string, number> | null = new Map();

  constructor(indexes: readonly string[] = []) {
    this.indexes = new Map(indexes.map((field) => [field, new RowIndex(field)]));
  }

  get(id: string): R | undefined {
    return this.rows.get(id);
  }

  put(row: R): void {
    const before = this.rows.get(row.id);
    if (before === undefined) {
      this.positions?.set(row.id, this.order.length);
      this.order.push(row.id);
    }
    this.rows.set(row.id, row);
    for (const index of this.indexes.values()) index.move(row.id, before, row);
  }

  delete(id: string): void {
    const before = this.rows.get(id);
    if (before === undefined) return;
    this.rows.delete(id);
    for (const index of this.indexes.values()) index.move(id, before, undefined);
    // The order is mended when it is next asked for, not at each of many deletions.
    this.positions = null;
  }

  values(): IterableIterator<R> {
    return this.rows.values();
  }

  get size(): number {
    return this.rows.size;
  }

  /** The rows whose indexed field leads to that value, the oldest first. */
  where(field: string, value: string): R[] {
    const index = this.indexes.get(field);
    if (index === undefined) throw new Error(`no index on '${field}'`);
    return index.ids(value).flatMap((id) => this.rows.get(id) ?? []);
  }

  /** From `after` (exclusive, or the end) towards the oldest row. */
  *older(after?: string): Generator<R> {
    const from = after === undefined ? this.ordered().length : this.position(after);
    for (let at = from - 1; at >= 0; at -= 1) yield* this.at(at);
  }

  /** From `before` (exclusive) towards the newest row. */
  *newer(before: string): Generator<R> {
    for (let at = this.position(before) + 1; at < this.ordered().length; at += 1) yield* this.at(at);
  }

  private *at(position: number): Generator<R> {
    const row = this.rows.get(this.order[position] ?? '');
    if (row !== undefined) yield row;
  }

  private ordered(): string[] {
    if (this.positions === null) {
      this.order = [...this.rows.keys()];
      this.positions = new Map(this.order.map((id, position) => [id, position]));
    }
    return this.order;
  }

  private position(id: string): number {
    this.ordered();
    return this.positions?.get(id) ?? -1;
  }
}
