import type { TableName, Tables } from './records';

const SEARCHED: ReadonlySet<string> = new Set([
  'charges',
  'customers',
  'invoices',
  'payment_intents',
  'prices',
  'products',
  'subscriptions',
] satisfies TableName[]);

export function isSearched(table: string): table is TableName {
  return SEARCHED.has(table);
}

/** Fewer forgotten entries than this are not worth moving the others for. */
const MANY = 1_000;

interface Entry {
  atMs: number;
  table: string;
  id: string;
  /** The row before the change; undefined when the change made it. */
  before: { id: string } | undefined;
}

interface Timing {
  nowMs(): number;
  lagMs(): number;
}

/** What rows were before their latest changes, for as long as search does not know of these changes. */
export class RecentChanges {
  private entries: Entry[] = [];
  private forgotten = 0;
  private timing: Timing = { nowMs: () => 0, lagMs: () => 0 };

  watch(timing: Timing): void {
    this.timing = timing;
  }

  note(table: string, id: string, before: { id: string } | undefined): void {
    const atMs = this.timing.nowMs();
    this.forget(atMs - this.timing.lagMs());
    this.entries.push({ atMs, table, id, before });
  }

  /** Of each row that changed lately, what it was before: undefined when it was not yet. */
  versionsKnown<N extends TableName>(table: N): ReadonlyMap<string, Tables[N] | undefined> {
    this.forget(this.timing.nowMs() - this.timing.lagMs());
    const known = new Map<string, Tables[N] | undefined>();
    for (const entry of this.entries.slice(this.forgotten)) {
      // What was kept under a table's name has that table's shape. Of several changes the first one counts.
      if (entry.table === table && !known.has(entry.id)) known.set(entry.id, entry.before as Tables[N] | undefined);
    }
    return known;
  }

  clear(): void {
    this.entries = [];
    this.forgotten = 0;
  }

  private forget(untilMs: number): void {
    while ((this.entries[this.forgotten]?.atMs ?? Infinity) <= untilMs) this.forgotten += 1;
    if (this.forgotten < MANY || this.forgotten < this.entries.length / 2) return;
    this.entries = this.entries.slice(this.forgotten);
    this.forgotten = 0;
  }
}
