import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { deleteCustomer } from '../payments/customer';
import { refuseWhileAdvancing } from './advance-test-clock';

type TestClock = Stripe.TestHelpers.TestClock;

/** Its customers go with it, and so do their subscriptions. */
export function deleteTestClock(ctx: Context, clock: TestClock): Stripe.TestHelpers.DeletedTestClock {
  refuseWhileAdvancing(clock);
  remove(ctx, clock);
  return { id: clock.id, object: 'test_helpers.test_clock', deleted: true };
}

/** Stripe keeps no clock for longer than a month. */
export function expireTestClock(ctx: Context, id: string): void {
  const clock = ctx.tx.get('test_clocks', id);
  if (clock !== undefined) remove(ctx, clock);
}

function remove(ctx: Context, clock: TestClock): void {
  for (const customer of ctx.tx.where('customers', 'test_clock', clock.id)) {
    if (customer.deleted !== true) deleteCustomer(ctx, customer);
  }
  // What was still to come will not come.
  for (const task of ctx.tx.where('tasks', 'clock', clock.id)) ctx.tx.delete('tasks', task.id);
  ctx.tx.delete('test_clocks', clock.id);
  emit(ctx, 'test_helpers.test_clock.deleted', clock);
}
