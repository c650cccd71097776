import { DataFileError } from './change-log';
import type { Engine } from './engine';
import type { TaskRecord } from './records';
import { TaskQueue } from './task-queue';

/** Longer waits would overflow a timer. */
const LONGEST_WAIT_MS = 3_600_000;
/** Until the data file is tried again that could not be written. */
const KEEPING_WAIT_MS = 1_000;

/** Does what Stripe does by itself as time passes. Due by the simulator's clock, kept in the store. */
export class Scheduler {
  private readonly queue = new TaskQueue();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly engine: Engine,
    private readonly startDeliveries: (deliveries: readonly string[]) => void,
  ) {}

  start(): void {
    this.queue.clear();
    // What waits for a test clock is done when that clock is advanced.
    for (const task of this.engine.parts.store.table('tasks').values()) if (task.clock === null) this.queue.add(task);
    this.engine.onTask = (task) => {
      if (task.clock === null) this.add(task);
    };
    this.runDue();
  }

  /** Also called when the clock was moved. */
  runDue(): void {
    const { clock } = this.engine.parts;
    for (let task = this.queue.first; task !== undefined && task.dueMs <= clock.nowMs(); task = this.queue.first) {
      this.queue.removeFirst();
      if (this.run(task)) continue;
      this.queue.add(task);
      this.stop();
      this.timer = setTimeout(() => this.runDue(), KEEPING_WAIT_MS);
      return;
    }
    this.setTimer();
  }

  clear(): void {
    this.queue.clear();
    this.stop();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private add(task: TaskRecord): void {
    this.queue.add(task);
    if (this.queue.first === task) this.setTimer();
  }

  private setTimer(): void {
    this.stop();
    const next = this.queue.first;
    if (next === undefined) return;
    const wait = Math.min(Math.max(next.dueMs - this.engine.parts.clock.nowMs(), 0), LONGEST_WAIT_MS);
    this.timer = setTimeout(() => {
      this.runDue();
    }, wait);
  }

  /** False: it could not be kept, and has to be done again. */
  private run(task: TaskRecord): boolean {
    // What it was set for may have gone meanwhile, and the task with it.
    if (this.engine.parts.store.get('tasks', task.id) === undefined) return true;
    try {
      const { deliveries } = this.engine.executeAt(task.dueMs, (ctx) => {
        ctx.tx.delete('tasks', task.id);
        ctx.rules.tasks.get(task.kind)?.(ctx, task.object);
      });
      this.startDeliveries(deliveries);
      return true;
    } catch (error) {
      return this.giveUp(task, error);
    }
  }

  /** What breaks once would break at every start, for the data file keeps it. */
  private giveUp(task: TaskRecord, error: unknown): boolean {
    if (error instanceof DataFileError) {
      process.stderr.write(`stripe simulator: ${error.message}\n`);
      return false;
    }
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`stripe simulator: the task ${task.kind} of ${task.object} failed: ${reason}\n`);
    try {
      this.engine.executeAt(task.dueMs, ({ tx }) => {
        tx.delete('tasks', task.id);
      });
      return true;
    } catch {
      return false;
    }
  }
}
