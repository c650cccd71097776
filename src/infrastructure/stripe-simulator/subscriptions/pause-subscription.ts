import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import { changeSubscription, findSubscription } from './subscription-rows';

type Subscription = Stripe.Subscription;

const PAUSABLE = ['active', 'past_due', 'trialing', 'unpaid'];

export function pauseSubscription(ctx: Context, before: Subscription): Subscription {
  if (!PAUSABLE.includes(before.status)) {
    throw invalidRequest(`A subscription in \`${before.status}\` status cannot be paused.`);
  }
  return pause(ctx, before, 'pause_requested');
}

/** It bills nothing and has no periods until it is resumed. */
export function pause(
  ctx: Context,
  before: Subscription,
  type: Stripe.Subscription.StatusDetails.Paused.Subscription.Type,
): Subscription {
  const details: Stripe.Subscription.StatusDetails = {
    paused: { subscription: { type }, transitioned_at: ctx.clock.now(), type: 'subscription' },
  };
  changeSubscription(ctx, before, { status: 'paused', status_details: details });
  emit(ctx, 'customer.subscription.paused', findSubscription(ctx, before.id));
  return findSubscription(ctx, before.id);
}
