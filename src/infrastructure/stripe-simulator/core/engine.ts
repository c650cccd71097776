import type { Clock } from './clock';
import type { Context, Origin, Rules } from './context';
import type { Faults } from '../faults/faults';
import type { TaskRecord } from './records';
import type { Settings } from './settings';
import type { Store, Transaction } from './store';

export interface Outcome<T> {
  result: T;
  changed: boolean;
  deliveries: string[];
}

interface EngineParts {
  store: Store;
  clock: Clock;
  faults: Faults;
  settings: Settings;
  accountId: string;
  rules: Rules;
}

/** Runs one change after the other, each in its transaction. */
export class Engine {
  publicUrl = '';
  /** Told of every task that was set for later. */
  onTask: (task: TaskRecord) => void = () => undefined;

  constructor(readonly parts: EngineParts) {
    const { clock, settings, store } = parts;
    store.recent.watch({ nowMs: () => clock.nowMs(), lagMs: () => settings.searchLagMs });
  }

  execute<T>(origin: Origin, work: (ctx: Context) => T): Outcome<T> {
    return this.run(this.parts.clock, origin, work, () => undefined);
  }

  /** `record` may add to the same transaction what belongs to the result, such as the answer under its key. */
  executeWith<T>(origin: Origin, work: (ctx: Context) => T, record: (tx: Transaction, result: T) => void): Outcome<T> {
    return this.run(this.parts.clock, origin, work, record);
  }

  /** A change that was due then, though it is done only now, as after the clock was moved far. */
  executeAt<T>(dueMs: number, work: (ctx: Context) => T): Outcome<T> {
    const then = { nowMs: () => dueMs, now: () => Math.floor(dueMs / 1000) };
    return this.run(then, NO_REQUEST, work, () => undefined);
  }

  private run<T>(
    clock: Context['clock'],
    origin: Origin,
    work: (ctx: Context) => T,
    record: (tx: Transaction, result: T) => void,
  ): Outcome<T> {
    const { store, faults, settings, accountId, rules } = this.parts;
    const tx = store.begin();
    const ctx: Context = {
      tx,
      clock,
      realClock: clock,
      testClock: null,
      rules,
      faults,
      settings,
      accountId,
      origin,
      publicUrl: this.publicUrl,
      deliveries: [],
    };
    const result = work(ctx);
    record(tx, result);
    tx.commit();
    for (const task of tx.newTasks) this.onTask(task);
    return { result, changed: tx.hasEffect, deliveries: ctx.deliveries };
  }
}

/** A change that no request asked for: time passed, or a person acted at the bank. */
export const NO_REQUEST: Origin = { requestId: null, idempotencyKey: null, publishable: false };
