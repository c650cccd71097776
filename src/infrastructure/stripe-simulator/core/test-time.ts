import type { Context } from './context';
import { idOf } from './references';

/** The same change, dated by the test clock; without one it is the change as it was. */
export function onTestClock(ctx: Context, testClock: string | null): Context {
  const clock = testClock === null ? undefined : ctx.tx.get('test_clocks', testClock);
  if (clock === undefined) return ctx;
  const seconds = clock.frozen_time;
  return { ...ctx, testClock, clock: { now: () => seconds, nowMs: () => seconds * 1000 } };
}

/** The same change, dated by the test clock that its customer lives on, if any. */
export function onClockOf(ctx: Context, customer: string | null): Context {
  const found = customer === null ? undefined : ctx.tx.get('customers', customer);
  return found === undefined || found.deleted === true ? ctx : onTestClock(ctx, idOf(found.test_clock));
}

/**
 * The same change, dated by the real time. Stripe's test clocks move subscriptions and invoices only: what is paid for
 * them, and goes back, is dated by the real time (https://github.com/stripe/stripe-python/issues/1183).
 */
export function onRealClock(ctx: Context): Context {
  return ctx.testClock === null ? ctx : { ...ctx, testClock: null, clock: ctx.realClock };
}
