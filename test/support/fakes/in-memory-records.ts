import {
  IdempotencyKeyTaken,
  IdempotencyRecords,
  type IdempotencyRecord,
  type IdempotencyScope,
} from '../../../src/application/shared/idempotency';
import { after } from '../samples';
import { LEASE } from './in-memory-payments';
import type { InMemoryStore, KeptRecord } from './in-memory-store';
import type { MovableClock } from './movable-clock';

export class InMemoryRecords extends IdempotencyRecords {
  constructor(
    private readonly store: InMemoryStore,
    private readonly clock: MovableClock,
  ) {
    super();
  }

  override async find(scope: IdempotencyScope): Promise<IdempotencyRecord | null> {
    await Promise.resolve();
    const record = this.records.get(nameOf(scope));
    return record === undefined ? null : { ...record, leased: this.isLeased(record) };
  }

  override async start(scope: IdempotencyScope, resource: string, attemptId: string): Promise<void> {
    const leasedUntil = after(LEASE, this.clock.now());
    this.add(scope, { state: 'running', resource, attemptId, outcome: null, leasedUntil });
  }

  override async keep(scope: IdempotencyScope, resource: string, outcome: unknown): Promise<void> {
    this.add(scope, { state: 'done', resource, attemptId: null, outcome: plain(outcome), leasedUntil: null });
  }

  override async takeOver(scope: IdempotencyScope): Promise<boolean> {
    const record = this.records.get(nameOf(scope));
    if (record?.state !== 'running' || this.isLeased(record)) return false;
    this.records.set(nameOf(scope), { ...record, leasedUntil: after(LEASE, this.clock.now()) });
    return true;
  }

  override async finish(attemptId: string, outcome: unknown): Promise<void> {
    this.change(attemptId, { state: 'done', outcome: plain(outcome), leasedUntil: null });
  }

  override async release(attemptId: string): Promise<void> {
    this.change(attemptId, { leasedUntil: null });
  }

  override async prune(): Promise<number> {
    return 0;
  }

  private get records(): Map<string, KeptRecord> {
    return this.store.tables.records;
  }

  private isLeased({ leasedUntil }: KeptRecord): boolean {
    return leasedUntil !== null && leasedUntil > this.clock.now();
  }

  private add(scope: IdempotencyScope, rest: Omit<KeptRecord, 'fingerprint' | 'leased' | 'createdAt'>): void {
    if (this.records.has(nameOf(scope))) throw new IdempotencyKeyTaken();
    const { fingerprint } = scope;
    this.records.set(nameOf(scope), { ...rest, fingerprint, leased: false, createdAt: this.clock.now() });
  }

  private change(attemptId: string, change: Partial<KeptRecord>): void {
    for (const [name, record] of this.records) {
      if (record.attemptId === attemptId && record.state === 'running')
        this.records.set(name, { ...record, ...change });
    }
  }
}

function nameOf({ principal, route, key }: IdempotencyScope): string {
  return JSON.stringify([principal, route, key]);
}

/** What a column of JSON gives back. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
