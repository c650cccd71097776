import type Stripe from 'stripe';
import { hasEnded, periodOf } from './cadence';
import { DAY, HOUR } from './periods';

/** Stripe gives the first payment 23 hours. */
export const FIRST_PAYMENT_TIME = 23 * HOUR;
export const TRIAL_NOTICE = 3 * DAY;

/** When something next happens to the subscription by itself; null if nothing does. */
export function nextTurn(subscription: Stripe.Subscription, now: number, noticeDays: number): number | null {
  const times = turnsOf(subscription, noticeDays).filter((time) => time > now);
  return times.length === 0 ? null : Math.min(...times);
}

function turnsOf(subscription: Stripe.Subscription, noticeDays: number): number[] {
  if (hasEnded(subscription) || subscription.status === 'paused') return [];
  if (subscription.status === 'incomplete') return [subscription.created + FIRST_PAYMENT_TIME];
  const { end } = periodOf(subscription);
  const times = [end, end - noticeDays * DAY];
  const { cancel_at: cancelAt, pause_collection: pause, trial_end: trialEnd } = subscription;
  if (cancelAt !== null) times.push(cancelAt);
  if (pause !== null && pause.resumes_at !== null) times.push(pause.resumes_at);
  if (subscription.status === 'trialing' && trialEnd !== null) times.push(trialEnd - TRIAL_NOTICE);
  return times;
}
