import type { Context } from './context';
import { emit } from './emit';
import { NO_REQUEST, type Engine } from './engine';
import type { TaskRecord } from './records';
import { settle } from './resources/balance-transaction';
import { cancelPaymentIntent } from './resources/capture';
import type { WebhookDispatcher } from './webhook-dispatcher';

/** Longer waits would overflow a timer. */
const LONGEST_WAIT_MS = 3_600_000;

/** Does what Stripe does by itself as time passes. Due by the simulator's clock, kept in the store. */
export class Scheduler {
  /** The earliest last, where taking it costs nothing. */
  private queue: TaskRecord[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly engine: Engine,
    private readonly dispatcher: WebhookDispatcher,
  ) {}

  start(): void {
    this.queue = [...this.engine.parts.store.table('tasks').values()].sort((a, b) => b.dueMs - a.dueMs);
    this.engine.onTask = (task) => {
      this.add(task);
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
    const { deliveries } = this.engine.execute(NO_REQUEST, (ctx) => {
      ctx.tx.delete('tasks', task.id);
      if (task.kind === 'settle_charge') settleCharge(ctx, task.object);
      else expireAuthorization(ctx, task.object);
    });
    this.dispatcher.start(deliveries);
  }
}

function settleCharge(ctx: Context, id: string): void {
  const charge = ctx.tx.get('charges', id);
  if (charge?.balance_transaction !== null) return;
  emit(ctx, 'charge.updated', settle(ctx, charge), { balance_transaction: null });
}

function expireAuthorization(ctx: Context, id: string): void {
  const intent = ctx.tx.get('payment_intents', id);
  if (intent?.status !== 'requires_capture') return;
  const charge = typeof intent.latest_charge === 'string' ? ctx.tx.get('charges', intent.latest_charge) : undefined;
  if (charge !== undefined) emit(ctx, 'charge.expired', charge);
  cancelPaymentIntent(ctx, intent, 'expired');
}
