import type Stripe from 'stripe';
import { idOf } from '../core/references';
import type { Context } from '../core/context';
import { onClockOf } from '../core/test-time';
import { refuseWhileAdvancing } from './advance-test-clock';

/** The time of whom a request is about; while that time is being advanced nothing can be changed. */
export function atCustomer(ctx: Context, customer: Stripe.Invoice['customer']): Context {
  const at = onClockOf(ctx, idOf(customer));
  const clock = at.testClock === null ? undefined : ctx.tx.get('test_clocks', at.testClock);
  if (clock !== undefined) refuseWhileAdvancing(clock);
  return at;
}
