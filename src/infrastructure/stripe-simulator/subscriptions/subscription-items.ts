import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest, resourceMissing } from '../core/errors';
import { listOf, pageShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { text } from '../core/schema';
import { atCustomer } from './customer-clock';
import {
  createItemShape,
  deleteItemShape,
  updateItemShape,
  type ItemParams,
  type UpdateSubscriptionParams,
} from './subscription-params';
import { findSubscription, itemsOf } from './subscription-rows';
import { updateSubscription } from './update-subscription';

type Item = Stripe.SubscriptionItem;

const URL = '/v1/subscription_items';

/** What a request about an item says of the subscription's change. */
type ChangeParams = Pick<
  UpdateSubscriptionParams,
  'off_session' | 'payment_behavior' | 'proration_behavior' | 'proration_date'
>;

export const subscriptionItemRoutes: readonly Route[] = [
  route('POST', URL, {
    shape: createItemShape,
    required: ['subscription'],
    handle(ctx, { subscription, ...params }) {
      const known = new Set(itemsOf(ctx, subscription).map(({ id }) => id));
      change(ctx, subscription, params);
      const added = itemsOf(ctx, subscription).find(({ id }) => !known.has(id));
      if (added === undefined) throw new Error('no item was added');
      return ok(added);
    },
  }),
  route('GET', URL, {
    shape: { ...pageShape, subscription: text() },
    required: ['subscription'],
    handle(ctx, params) {
      findSubscription(ctx, params.subscription, 'subscription', 400);
      return ok(listOf(ctx, 'subscription_items', params, { url: URL, where: { subscription: params.subscription } }));
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(findItem(ctx, id)),
  }),
  route('POST', `${URL}/:id`, {
    shape: updateItemShape,
    handle(ctx, params, { id = '' }) {
      change(ctx, findItem(ctx, id).subscription, { ...params, id });
      return ok(findItem(ctx, id));
    },
  }),
  route('DELETE', `${URL}/:id`, {
    shape: deleteItemShape,
    handle(ctx, params, { id = '' }) {
      change(ctx, findItem(ctx, id).subscription, { ...params, id, deleted: true });
      return ok({ id, object: 'subscription_item', deleted: true });
    },
  }),
];

function findItem(ctx: Context, id: string): Item {
  const found = ctx.tx.get('subscription_items', id);
  if (found === undefined) throw resourceMissing('subscription_item', id, 'item');
  return found;
}

/** An item is changed as a part of its subscription. */
function change(ctx: Context, subscription: string, params: ItemParams & ChangeParams): void {
  const found = findSubscription(ctx, subscription, 'subscription', 400);
  const { off_session: offSession, payment_behavior: behavior, proration_behavior: proration, ...rest } = params;
  const { proration_date: date, ...item } = rest;
  if (item.id === undefined && item.price === undefined && item.price_data === undefined && item.plan === undefined) {
    throw invalidRequest('Missing required param: price.', { code: 'parameter_missing', param: 'price' });
  }
  updateSubscription(atCustomer(ctx, found.customer), found, {
    items: [item],
    ...(offSession === undefined ? {} : { off_session: offSession }),
    ...(behavior === undefined ? {} : { payment_behavior: behavior }),
    ...(proration === undefined ? {} : { proration_behavior: proration }),
    ...(date === undefined ? {} : { proration_date: date }),
  });
}
