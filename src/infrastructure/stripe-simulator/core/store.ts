import { ChangeLog, type Change } from './change-log';
import { INDEXES, TABLE_NAMES, type IndexOf, type TableName, type Tables, type TaskRecord } from './records';
import { isSearched, RecentChanges } from './recent-changes';
import { Table } from './table';

type AllTables = { [N in TableName]: Table<Tables[N]> };

function emptyTables(): AllTables {
  return Object.fromEntries(TABLE_NAMES.map((name) => [name, new Table(INDEXES[name])])) as unknown as AllTables;
}

/** Everything the simulator remembers, in memory and, when given a file, over restarts. */
export class Store {
  private tables = emptyTables();
  private readonly log: ChangeLog | null;
  /** For search, which hears of changes late. */
  readonly recent = new RecentChanges();

  constructor(dataFile?: string, smallBytes?: number) {
    this.log = dataFile === undefined ? null : new ChangeLog(dataFile, smallBytes);
    if (this.log === null) return;
    for (const changes of this.log.read()) this.apply(changes);
    this.log.compact(this.snapshot());
  }

  begin(): Transaction {
    return new Transaction(this);
  }

  table<N extends TableName>(name: N): AllTables[N] {
    return this.tables[name];
  }

  get<N extends TableName>(name: N, id: string): Tables[N] | undefined {
    return (this.tables[name] as Table<Tables[N]>).get(id);
  }

  commit(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.log?.append(changes);
    for (const { table, id } of changes) {
      if (isSearched(table)) this.recent.note(table, id, this.get(table, id));
    }
    this.apply(changes);
    if (this.log?.isBloated === true) this.shrink(this.log);
  }

  /** Forgets all but the rows given. */
  reset(keep: readonly Change[]): void {
    const before = this.tables;
    this.tables = emptyTables();
    this.apply(keep);
    try {
      this.log?.compact(this.snapshot());
    } catch (error) {
      this.tables = before;
      throw error;
    }
    this.recent.clear();
  }

  close(): void {
    this.log?.close();
  }

  private shrink(log: ChangeLog): void {
    try {
      log.compact(this.snapshot());
    } catch {
      // As on a full disk: the file stays as large as it is, and nothing is lost.
    }
  }

  private apply(changes: readonly Change[]): void {
    for (const { table, id, row } of changes) {
      if (!isTableName(table)) continue;
      if (row === undefined) this.tables[table].delete(id);
      // What was written under a table's name has that table's shape.
      else (this.tables[table] as Table<{ id: string }>).put(row);
    }
  }

  private *snapshot(): Generator<Change> {
    for (const table of TABLE_NAMES) for (const row of this.tables[table].values()) yield { table, id: row.id, row };
  }
}

function isTableName(name: string): name is TableName {
  return (TABLE_NAMES as readonly string[]).includes(name);
}

/** Changes that become visible, and durable, together or not at all. Rows are replaced, never altered. */
export class Transaction {
  private readonly changes = new Map<TableName, Map<string, Change>>();

  constructor(private readonly store: Store) {}

  get<N extends TableName>(table: N, id: string): Tables[N] | undefined {
    const change = this.changes.get(table)?.get(id);
    if (change !== undefined) return change.row as Tables[N] | undefined;
    return this.store.get(table, id);
  }

  put<N extends TableName>(table: N, row: Tables[N]): void {
    this.of(table).set(row.id, { table, id: row.id, row });
  }

  /** The rows that lead to that value by an indexed field, with what this change has done so far; the oldest first. */
  where<N extends TableName>(table: N, field: IndexOf<N>, value: string): Tables[N][] {
    const committed = this.store.table(table) as Table<Tables[N]>;
    const rows = new Map(committed.where(field, value).map((row) => [row.id, row]));
    for (const change of this.changes.get(table)?.values() ?? []) {
      // What was put under a table's name has that table's shape.
      const row = change.row as Tables[N] | undefined;
      if (row !== undefined && committed.valueOf(field, row) === value) rows.set(row.id, row);
      else rows.delete(change.id);
    }
    return [...rows.values()];
  }

  /** The same rows one by one: towards the newest from `before`, or else towards the oldest from `after` or the end. */
  walk<N extends TableName>(
    table: N,
    field: IndexOf<N>,
    value: string,
    { after, before }: { after?: string | undefined; before?: string | undefined },
  ): Iterable<Tables[N]> {
    if (!this.changes.has(table)) {
      const committed = this.store.table(table) as Table<Tables[N]>;
      return before === undefined
        ? committed.olderWhere(field, value, after)
        : committed.newerWhere(field, value, before);
    }
    const rows = this.where(table, field, value);
    const at = rows.findIndex(({ id }) => id === (before ?? after));
    if (before !== undefined) return rows.slice(at + 1);
    return (after === undefined ? rows : rows.slice(0, at)).reverse();
  }

  delete(table: TableName, id: string): void {
    this.of(table).set(id, { table, id });
  }

  /** Committed rows only, without what this change has done; `where` has that too. */
  table<N extends TableName>(table: N): AllTables[N] {
    return this.store.table(table);
  }

  get recent(): RecentChanges {
    return this.store.recent;
  }

  /** Whether anything but bookkeeping was changed. */
  get hasEffect(): boolean {
    for (const table of this.changes.keys()) if (table !== 'idempotency') return true;
    return false;
  }

  /** Tasks that this change set for later. */
  get newTasks(): TaskRecord[] {
    const tasks: TaskRecord[] = [];
    for (const { row } of this.changes.get('tasks')?.values() ?? [])
      if (row !== undefined) tasks.push(row as TaskRecord);
    return tasks;
  }

  /** Sees what this change has done so far, and is thrown away: to find out what a change would bring. */
  fork(): Transaction {
    const fork = new Transaction(this.store);
    for (const [table, changes] of this.changes) fork.changes.set(table, new Map(changes));
    return fork;
  }

  commit(): void {
    this.store.commit([...this.changes.values()].flatMap((changes) => [...changes.values()]));
  }

  private of(table: TableName): Map<string, Change> {
    const known = this.changes.get(table);
    if (known !== undefined) return known;
    const changes = new Map<string, Change>();
    this.changes.set(table, changes);
    return changes;
  }
}
