import { ChangeLog, type Change } from './change-log';
import { TABLE_NAMES, type TableName, type Tables, type TaskRecord } from './records';
import { Table } from './table';

type AllTables = { [N in TableName]: Table<Tables[N]> };

function emptyTables(): AllTables {
  return Object.fromEntries(TABLE_NAMES.map((name) => [name, new Table()])) as unknown as AllTables;
}

/** Everything the simulator remembers, in memory and, when given a file, over restarts. */
export class Store {
  private tables = emptyTables();
  private readonly log: ChangeLog | null;

  constructor(dataFile?: string) {
    this.log = dataFile === undefined ? null : new ChangeLog(dataFile);
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
    this.apply(changes);
  }

  /** Forgets all but the rows given. */
  reset(keep: readonly Change[]): void {
    this.tables = emptyTables();
    this.apply(keep);
    this.log?.compact(this.snapshot());
  }

  close(): void {
    this.log?.close();
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
  private readonly changes = new Map<string, Change>();

  constructor(private readonly store: Store) {}

  get<N extends TableName>(table: N, id: string): Tables[N] | undefined {
    const change = this.changes.get(`${table}/${id}`);
    if (change !== undefined) return change.row as Tables[N] | undefined;
    return this.store.get(table, id);
  }

  put<N extends TableName>(table: N, row: Tables[N]): void {
    this.changes.set(`${table}/${row.id}`, { table, id: row.id, row });
  }

  delete(table: TableName, id: string): void {
    this.changes.set(`${table}/${id}`, { table, id });
  }

  /** Committed rows only: no list is asked for in the request that changes it. */
  table<N extends TableName>(table: N): AllTables[N] {
    return this.store.table(table);
  }

  /** Whether anything but bookkeeping was changed. */
  get hasEffect(): boolean {
    for (const { table } of this.changes.values()) if (table !== 'idempotency') return true;
    return false;
  }

  /** Tasks that this change set for later. */
  get newTasks(): TaskRecord[] {
    const tasks: TaskRecord[] = [];
    for (const { table, row } of this.changes.values())
      if (table === 'tasks' && row !== undefined) tasks.push(row as TaskRecord);
    return tasks;
  }

  commit(): void {
    this.store.commit([...this.changes.values()]);
  }
}
