/** Rows in the order of their making. Deleting is rare where order matters, so it may cost. */
export class Table<R extends { id: string }> {
  private readonly rows = new Map<string, R>();
  private order: string[] = [];
  private positions: Map<string, number> | null = new Map();

  get(id: string): R | undefined {
    return this.rows.get(id);
  }

  put(row: R): void {
    if (!this.rows.has(row.id)) {
      this.positions?.set(row.id, this.order.length);
      this.order.push(row.id);
    }
    this.rows.set(row.id, row);
  }

  delete(id: string): void {
    // The order is mended when it is next asked for, not at each of many deletions.
    if (this.rows.delete(id)) this.positions = null;
  }

  values(): IterableIterator<R> {
    return this.rows.values();
  }

  get size(): number {
    return this.rows.size;
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
