import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import type { TaskRecord } from '../core/records';
import { schedule } from '../core/schedule';
import { onTestClock } from '../core/test-time';
import { cadenceOf, hasEnded } from './cadence';
import { addMonths, recurrence } from './periods';

type TestClock = Stripe.TestHelpers.TestClock;

const MOST_INTERVALS = 2;
const MOST_MONTHS_ALONE = 24;
const MOST_CUSTOMERS = 3;
const MOST_SUBSCRIPTIONS = 3;

/** Only begins it: everything that falls in between is done one by one, as time passes at Stripe. */
export function advanceTestClock(ctx: Context, clock: TestClock, target: number): TestClock {
  refuseWhileAdvancing(clock);
  if (target <= clock.frozen_time) {
    throw invalidRequest('Test clocks can only be advanced forward: `frozen_time` must be after the current one.', {
      param: 'frozen_time',
    });
  }
  if (target > furthest(ctx, clock)) {
    throw invalidRequest(
      'Test clocks cannot be advanced by more than two intervals of their shortest subscription at a time, or by two years without subscriptions.',
      { param: 'frozen_time' },
    );
  }
  const advancing: TestClock = {
    ...clock,
    status: 'advancing',
    status_details: { advancing: { target_frozen_time: target } },
  };
  ctx.tx.put('test_clocks', advancing);
  emit(ctx, 'test_helpers.test_clock.advancing', advancing);
  // By the simulator's own clock, which resumes it after a crash.
  schedule(ctx, 'advance_test_clock', clock.id, ctx.clock.nowMs());
  return advancing;
}

/** Does the next thing that is due on the clock, or ends the advance. */
export function stepTestClock(ctx: Context, id: string): void {
  const clock = ctx.tx.get('test_clocks', id);
  const target = clock?.status_details.advancing?.target_frozen_time;
  if (clock === undefined || target === undefined) return;
  const task = nextTask(ctx, id, target * 1000);
  if (task === undefined) {
    const ready: TestClock = { ...clock, frozen_time: target, status: 'ready', status_details: {} };
    ctx.tx.put('test_clocks', ready);
    emit(ctx, 'test_helpers.test_clock.ready', ready);
    return;
  }
  const time = Math.max(clock.frozen_time, Math.floor(task.dueMs / 1000));
  ctx.tx.put('test_clocks', { ...clock, frozen_time: time });
  ctx.tx.delete('tasks', task.id);
  ctx.rules.tasks.get(task.kind)?.(onTestClock(ctx, id), task.object);
  schedule(ctx, 'advance_test_clock', id, ctx.clock.nowMs());
}

function nextTask(ctx: Context, clock: string, untilMs: number): TaskRecord | undefined {
  let next: TaskRecord | undefined;
  for (const task of ctx.tx.where('tasks', 'clock', clock)) {
    if (task.dueMs <= untilMs && (next === undefined || task.dueMs < next.dueMs)) next = task;
  }
  return next;
}

function furthest(ctx: Context, clock: TestClock): number {
  const ends = ctx.tx
    .where('subscriptions', 'test_clock', clock.id)
    .filter((subscription) => !hasEnded(subscription))
    .map((subscription) => recurrence(clock.frozen_time, cadenceOf(subscription), MOST_INTERVALS));
  return ends.length === 0 ? addMonths(clock.frozen_time, MOST_MONTHS_ALONE) : Math.min(...ends);
}

export function refuseWhileAdvancing(clock: TestClock): void {
  if (clock.status !== 'advancing') return;
  throw invalidRequest('Test clock advancement underway - cannot perform modifications');
}

/** Each customer on a clock can have only so many subscriptions. */
export function checkSubscriptionsOnClock(ctx: Context, customer: string): void {
  if (ctx.testClock === null) return;
  const living = ctx.tx.where('subscriptions', 'customer', customer).filter((row) => !hasEnded(row));
  if (living.length < MOST_SUBSCRIPTIONS) return;
  throw invalidRequest(
    `A customer on a test clock can have up to ${String(MOST_SUBSCRIPTIONS)} subscriptions; ${customer} has them.`,
    { param: 'customer' },
  );
}

/** Stripe lets a clock have only so many customers. */
export function checkRoomOnClock(ctx: Context, customer: string): void {
  const clock = ctx.testClock;
  if (clock === null || ctx.tx.where('customers', 'test_clock', clock).length <= MOST_CUSTOMERS) return;
  throw invalidRequest(
    `You can only create up to ${String(MOST_CUSTOMERS)} customers on a test clock; ${customer} would be one more.`,
    { param: 'test_clock' },
  );
}
