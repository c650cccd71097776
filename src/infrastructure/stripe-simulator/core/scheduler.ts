import type { Engine } from './engine';
import type { TaskRecord } from './records';

/** Longer waits would overflow a timer. */
const LONGEST_WAIT_MS = 3_600_000;

/** Does what Stripe does by itself as time passes. Due by the simulator's clock, kept in the store. */
export class Scheduler {
  /** The earliest last, where taking it costs nothing. */
  private queue: TaskRecord[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly engine: Engine,
    private readonly startDeliveries: (deliveries: readonly string[]) => void,
  ) {}

  start(): void {
    this.queue = [...this.engine.parts.store.table('tasks').values()]
      .filter(({ clock }) => clock === null)
      .sort((a, b) => b.dueMs - a.dueMs);
    this.engine.onTask = (task) => {
      // What waits for a test clock is done when that clock is advanced.
      if (task.clock === null) this.add(task);
    };
    this.runDue();
  }

  /** Also called when the clock was moved. */
  runDue(): void {
    const { clock } = this.engine.parts;
    for (let task = this.queue.at(-1); task !== undefined && task.dueMs <= clock.nowMs(); task = this.queue.at(-1)) {
      this.queue.pop();
      this.run(task);
    }
    this.setTimer();
  }

  clear(): void {
    this.queue = [];
    this.stop();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private add(task: TaskRecord): void {
    let low = 0;
    for (let high = this.queue.length; low < high;) {
      const middle = (low + high) >>> 1;
      if ((this.queue[middle]?.dueMs ?? 0) > task.dueMs) low = middle + 1;
      else high = middle;
    }
    this.queue.splice(low, 0, task);
    if (low === this.queue.length - 1) this.setTimer();
  }

  private setTimer(): void {
    this.stop();
    const next = this.queue.at(-1);
    if (next === undefined) return;
    const wait = Math.min(Math.max(next.dueMs - this.engine.parts.clock.nowMs(), 0), LONGEST_WAIT_MS);
    this.timer = setTimeout(() => {
      this.runDue();
    }, wait);
  }

  private run(task: TaskRecord): void {
    // What it was set for may have gone meanwhile, and the task with it.
    if (this.engine.parts.store.get('tasks', task.id) === undefined) return;
    const { deliveries } = this.engine.executeAt(task.dueMs, (ctx) => {
      ctx.tx.delete('tasks', task.id);
      ctx.rules.tasks.get(task.kind)?.(ctx, task.object);
    });
    this.startDeliveries(deliveries);
  }
}
