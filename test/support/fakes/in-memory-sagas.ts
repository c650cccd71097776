import { DueSagas, type BuriedSaga } from '../../../src/application/saga/due-sagas';
import { Saga } from '../../../src/domain/saga/saga';
import { Sagas } from '../../../src/domain/saga/sagas';
import type { InMemoryStore } from './in-memory-store';
import type { MovableClock } from './movable-clock';

/** As the statement does that stores what happened to their subject. */
export function wakeSagasOf(subject: string, { tables: { sagas, sagaJobs } }: InMemoryStore): void {
  for (const saga of sagas.values()) {
    if (saga.subject === subject && saga.state !== 'compensated') sagaJobs.add(saga.id);
  }
}

export class InMemorySagas extends Sagas {
  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override async add(saga: Saga): Promise<void> {
    await Promise.resolve();
    if (!this.store.isOpen) throw new Error('storing needs a transaction');
    const props = saga.snapshot();
    const others = [...this.store.tables.sagas.values()];
    if (others.some(({ subject, kind }) => subject === props.subject && kind === props.kind)) {
      throw new Error('sagas_one_of_a_kind');
    }
    this.put(saga);
  }

  override async find(id: string): Promise<Saga | null> {
    await Promise.resolve();
    const props = this.store.tables.sagas.get(id);
    return props === undefined ? null : Saga.restore(props);
  }

  override lock(id: string): Promise<Saga | null> {
    if (!this.store.isOpen) throw new Error('a lock needs a transaction');
    return this.find(id);
  }

  override async save(saga: Saga): Promise<void> {
    await Promise.resolve();
    if (!this.store.isOpen) throw new Error('storing needs a transaction');
    if (this.store.tables.sagas.get(saga.id)?.version !== saga.version) throw new Error('another writer was here');
    saga.stored(saga.version + 1);
    this.put(saga);
  }

  private put(saga: Saga): void {
    this.store.tables.sagaEvents.push(...saga.pullEvents());
    this.store.tables.sagas.set(saga.id, saga.snapshot());
  }
}

export class InMemoryDueSagas extends DueSagas {
  /** What the queue gave up. */
  readonly dead = new Map<string, string>();

  constructor(
    private readonly store: InMemoryStore,
    private readonly clock: MovableClock,
  ) {
    super();
  }

  override async enqueue(limit: number): Promise<number> {
    await Promise.resolve();
    const { sagas, sagaJobs } = this.store.tables;
    const due = [...sagas.values()].filter(({ nextLookAt }) => nextLookAt !== null && nextLookAt <= this.clock.now());
    const given = due.slice(0, limit).filter(({ id }) => !this.dead.has(id));
    for (const { id } of given) sagaJobs.add(id);
    return given.length;
  }

  override async buried(limit: number): Promise<BuriedSaga[]> {
    await Promise.resolve();
    const open = [...this.dead].filter(([id]) => (this.store.tables.sagas.get(id)?.nextLookAt ?? null) !== null);
    return open.slice(0, limit).map(([id, failure]) => ({ id, failure }));
  }
}
