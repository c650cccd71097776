import type Stripe from 'stripe';
import { timestamp } from '../billing/params';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { resourceMissing } from '../core/errors';
import { newId } from '../core/ids';
import { listOf, pageShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { schedule } from '../core/schedule';
import { text, unsupported } from '../core/schema';
import { advanceTestClock } from './advance-test-clock';
import { deleteTestClock } from './delete-test-clock';
import { DAY } from './periods';

const URL = '/v1/test_helpers/test_clocks';
const LIFETIME = 30 * DAY;

export const testClockRoutes: readonly Route[] = [
  route('POST', URL, {
    shape: { frozen_time: timestamp, name: text({ max: 300 }), customer: unsupported },
    required: ['frozen_time'],
    handle: (ctx, params) => ok(createTestClock(ctx, params.frozen_time, params.name ?? null)),
  }),
  route('GET', URL, {
    shape: pageShape,
    handle: (ctx, params) => ok(listOf(ctx, 'test_clocks', params, { url: URL })),
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(findTestClock(ctx, id)),
  }),
  route('POST', `${URL}/:id/advance`, {
    shape: { frozen_time: timestamp },
    required: ['frozen_time'],
    handle: (ctx, params, { id = '' }) => ok(advanceTestClock(ctx, findTestClock(ctx, id), params.frozen_time)),
  }),
  route('DELETE', `${URL}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(deleteTestClock(ctx, findTestClock(ctx, id))),
  }),
];

function findTestClock(ctx: Context, id: string): Stripe.TestHelpers.TestClock {
  const found = ctx.tx.get('test_clocks', id);
  if (found === undefined) throw resourceMissing('test_clock', id, 'test_clock');
  return found;
}

function createTestClock(ctx: Context, frozenTime: number, name: string | null): Stripe.TestHelpers.TestClock {
  const created = ctx.clock.now();
  const clock: Stripe.TestHelpers.TestClock = {
    id: newId('clock'),
    object: 'test_helpers.test_clock',
    created,
    deletes_after: created + LIFETIME,
    frozen_time: frozenTime,
    livemode: false,
    name,
    status: 'ready',
    status_details: {},
  };
  ctx.tx.put('test_clocks', clock);
  schedule(ctx, 'expire_test_clock', clock.id, clock.deletes_after * 1000);
  emit(ctx, 'test_helpers.test_clock.created', clock);
  return clock;
}
