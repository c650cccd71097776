import type Stripe from 'stripe';
import type { Cadence, Period } from './periods';

const ENDED = ['canceled', 'incomplete_expired'];

export function hasEnded({ status }: Stripe.Subscription): boolean {
  return ENDED.includes(status);
}

export function cadenceOfPrice(price: Stripe.Price): Cadence {
  const recurring = price.recurring;
  if (recurring === null) throw new Error(`${price.id} does not recur`);
  // Prices are made with these four intervals only.
  return { interval: recurring.interval as Cadence['interval'], count: recurring.interval_count };
}

/** All items of a subscription share one. */
export function cadenceOf(subscription: Stripe.Subscription): Cadence {
  const [item] = subscription.items.data;
  if (item === undefined) throw new Error('a subscription without items');
  return cadenceWithin(subscription, item.price);
}

/** With the day of the month that the subscription was told to keep to. */
export function cadenceWithin(
  { billing_cycle_anchor_config: config }: Pick<Stripe.Subscription, 'billing_cycle_anchor_config'>,
  price: Stripe.Price,
): Cadence {
  const cadence = cadenceOfPrice(price);
  return config === null ? cadence : { ...cadence, day: config.day_of_month };
}

export function periodOf({ items }: Stripe.Subscription): Period {
  const [item] = items.data;
  if (item === undefined) throw new Error('a subscription without items');
  return { start: item.current_period_start, end: item.current_period_end };
}
