import type Stripe from 'stripe';
import { idOf } from '../core/references';
import type { Context, Inclusion } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, resourceMissing } from '../core/errors';
import { inRange, listOf, sublist } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { searchRoute } from '../core/search';
import { cancelSubscription } from './cancel-subscription';
import { hasEnded, periodOf } from './cadence';
import { atCustomer } from './customer-clock';
import { createSubscription } from './new-subscription';
import { pauseSubscription } from './pause-subscription';
import { resumeSubscription } from './resume-subscription';
import {
  cancelSubscriptionShape,
  createSubscriptionShape,
  listSubscriptionsShape,
  migrateSubscriptionShape,
  pauseSubscriptionShape,
  resumeSubscriptionShape,
  updateSubscriptionShape,
  type ListSubscriptionsParams,
} from './subscription-params';
import { changeSubscription, findSubscription } from './subscription-rows';
import { updateSubscription } from './update-subscription';

type Subscription = Stripe.Subscription;

const URL = '/v1/subscriptions';

export const subscriptionRoutes: readonly Route[] = [
  route('POST', URL, {
    shape: createSubscriptionShape,
    required: ['customer'],
    handle: (ctx, params) => ok(createSubscription(atCustomer(ctx, params.customer), params)),
  }),
  route('GET', URL, {
    shape: listSubscriptionsShape,
    handle: (ctx, params) =>
      ok(
        listOf(ctx, 'subscriptions', params, {
          url: URL,
          where: { customer: params.customer, test_clock: params.test_clock },
          matches: (row) => isListed(row, params),
        }),
      ),
  }),
  searchRoute({
    table: 'subscriptions',
    url: `${URL}/search`,
    resource: 'subscriptions',
    fields: { canceled_at: 'numeric', created: 'numeric', status: 'string' },
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(findSubscription(ctx, id)),
  }),
  route('POST', `${URL}/:id`, {
    shape: updateSubscriptionShape,
    handle: (ctx, params, { id = '' }) => ok(changing(ctx, id, updateSubscription, params)),
  }),
  route('DELETE', `${URL}/:id`, {
    shape: cancelSubscriptionShape,
    handle: (ctx, params, { id = '' }) => ok(changing(ctx, id, cancelSubscription, params)),
  }),
  route('POST', `${URL}/:id/resume`, {
    shape: resumeSubscriptionShape,
    handle: (ctx, params, { id = '' }) => ok(changing(ctx, id, resumeSubscription, params)),
  }),
  route('POST', `${URL}/:id/pause`, {
    shape: pauseSubscriptionShape,
    handle: (ctx, params, { id = '' }) => ok(changing(ctx, id, pauseSubscription, params)),
  }),
  route('POST', `${URL}/:id/migrate`, {
    shape: migrateSubscriptionShape,
    required: ['billing_mode'],
    handle: (ctx, params, { id = '' }) => ok(changing(ctx, id, migrate, params)),
  }),
  route('DELETE', `${URL}/:id/discount`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(changing(ctx, id, deleteDiscount, {})),
  }),
];

/** What a customer shows only to who asks for it. */
export const subscriptionsOf: Inclusion = (ctx, { id }) => {
  const living = ctx.tx.where('subscriptions', 'customer', id).filter((subscription) => !hasEnded(subscription));
  return sublist(living.reverse(), `/v1/customers/${id}/subscriptions`);
};

function changing<P, R>(
  ctx: Context,
  id: string,
  change: (ctx: Context, subscription: Subscription, params: P) => R,
  params: P,
): R {
  const { customer } = findSubscription(ctx, id);
  return change(atCustomer(ctx, customer), findSubscription(ctx, id), params);
}

/** There is no way back from the flexible billing mode. */
function migrate(ctx: Context, subscription: Subscription): Subscription {
  if (subscription.billing_mode.type === 'flexible') {
    throw invalidRequest('This subscription has already been migrated to the flexible billing mode.');
  }
  return changeSubscription(ctx, subscription, {
    billing_mode: {
      flexible: { proration_discounts: 'included' },
      type: 'flexible',
      updated_at: ctx.clock.now(),
    },
  });
}

function deleteDiscount(ctx: Context, subscription: Subscription): Stripe.DeletedDiscount {
  const discount = ctx.tx.get('discounts', idOf(subscription.discounts[0]) ?? '');
  if (discount === undefined) throw resourceMissing('subscription discount', subscription.id, 'id');
  ctx.tx.delete('discounts', discount.id);
  changeSubscription(ctx, subscription, { discounts: subscription.discounts.slice(1) });
  emit(ctx, 'customer.discount.deleted', discount);
  return { ...discount, deleted: true };
}

function isListed(row: Subscription, params: ListSubscriptionsParams): boolean {
  // Those on a test clock are shown only to who asks for that clock or for their customer.
  if (row.test_clock !== null && params.test_clock === undefined && params.customer === undefined) return false;
  const { start, end } = periodOf(row);
  const price = params.price ?? params.plan;
  return (
    hasListedStatus(row, params.status) &&
    (params.collection_method === undefined || row.collection_method === params.collection_method) &&
    inRange(start, params.current_period_start) &&
    inRange(end, params.current_period_end) &&
    (price === undefined || row.items.data.some((item) => item.price.id === price))
  );
}

function hasListedStatus(row: Subscription, status: ListSubscriptionsParams['status']): boolean {
  if (status === undefined) return row.status !== 'canceled';
  if (status === 'all') return true;
  return status === 'ended' ? hasEnded(row) : row.status === status;
}
