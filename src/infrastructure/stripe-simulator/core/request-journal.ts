export interface JournalEntry {
  id: string;
  at: string;
  method: string;
  path: string;
  idempotencyKey: string | null;
  body: unknown;
  status: number | 'none';
  replayed: boolean;
  fault: string | null;
  /** Whether the request changed anything. */
  effect: boolean;
}

const CAPACITY = 50_000;

/** Every request that reached `/v1`, with what became of it. */
export class RequestJournal {
  private entries: JournalEntry[] = [];

  begin(entry: Omit<JournalEntry, 'at' | 'effect' | 'fault' | 'replayed' | 'status'>): JournalEntry {
    const begun: JournalEntry = {
      ...entry,
      at: new Date().toISOString(),
      status: 'none',
      replayed: false,
      fault: null,
      effect: false,
    };
    this.entries.push(begun);
    if (this.entries.length > CAPACITY) this.entries = this.entries.slice(CAPACITY / 10);
    return begun;
  }

  list(): readonly JournalEntry[] {
    return this.entries;
  }

  clear(): void {
    this.entries = [];
  }
}
