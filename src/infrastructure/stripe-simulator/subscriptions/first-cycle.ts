import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest } from '../core/errors';
import { cadenceOfPrice } from './cadence';
import { addMonths, DAY, periodAround, recurrence, type Cadence, type Period } from './periods';
import type { CreateSubscriptionParams } from './subscription-params';

export interface FirstCycle {
  anchor: number;
  config: Stripe.Subscription.BillingCycleAnchorConfig | null;
  period: Period;
  trialEnd: number | null;
  /** Nothing is asked for the time until the anchor. */
  isFree: boolean;
}

/** When the first period ends: with the trial, at the day of billing asked for, or a whole interval from now. */
export function firstCycle(ctx: Context, params: CreateSubscriptionParams, price: Stripe.Price): FirstCycle {
  const now = ctx.clock.now();
  const cadence = cadenceOfPrice(price);
  const trialEnd = trialEndOf(params, price, now);
  if (trialEnd !== null) {
    if (params.billing_cycle_anchor !== undefined || params.billing_cycle_anchor_config !== undefined) {
      throw invalidRequest('The simulator does not support a billing cycle anchor together with a trial yet.', {
        param: 'billing_cycle_anchor',
      });
    }
    return { anchor: trialEnd, config: null, period: { start: now, end: trialEnd }, trialEnd, isFree: false };
  }
  const { config, anchor } = anchorOf(params, cadence, now);
  const { end } = periodAround(now, anchor, config === null ? cadence : { ...cadence, day: config.day_of_month });
  const isFree = params.proration_behavior === 'none' && anchor > now;
  return { anchor, config, period: { start: now, end: endOf(params, end, now) }, trialEnd: null, isFree };
}

/** A subscription that is to end sooner is asked for no more than that. */
function endOf({ cancel_at: cancelAt }: CreateSubscriptionParams, end: number, now: number): number {
  return typeof cancelAt === 'number' && cancelAt > now ? Math.min(cancelAt, end) : end;
}

function trialEndOf(params: CreateSubscriptionParams, price: Stripe.Price, now: number): number | null {
  const { trial_end: end, trial_period_days: days, trial_from_plan: fromPlan } = params;
  if (end !== undefined && days !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: trial_end, trial_period_days.', {
      code: 'parameters_exclusive',
    });
  }
  if (end === 'now') return null;
  if (end !== undefined && end <= now) {
    throw invalidRequest('Invalid timestamp: must be an integer Unix timestamp in the future.', { param: 'trial_end' });
  }
  if (end !== undefined) return checkedTrialEnd(end, now);
  const length = days ?? (fromPlan === true ? (price.recurring?.trial_period_days ?? 0) : 0);
  return length === 0 ? null : now + length * DAY;
}

const LONGEST_TRIAL_MONTHS = 24;

export function checkedTrialEnd(end: number, now: number): number {
  if (end <= addMonths(now, LONGEST_TRIAL_MONTHS)) return end;
  throw invalidRequest('Invalid timestamp: can be no more than two years in the future.', { param: 'trial_end' });
}

function anchorOf(
  params: CreateSubscriptionParams,
  cadence: Cadence,
  now: number,
): Pick<FirstCycle, 'anchor' | 'config'> {
  const { billing_cycle_anchor: given, billing_cycle_anchor_config: parts } = params;
  if (parts !== undefined) {
    if (cadence.interval === 'day' || cadence.interval === 'week') {
      throw invalidRequest('`billing_cycle_anchor_config` can only be used with monthly and yearly prices.', {
        param: 'billing_cycle_anchor_config',
      });
    }
    const config = { hour: null, minute: null, month: null, second: null, ...parts };
    return { config, anchor: configuredAnchor(config, now) };
  }
  if (given === undefined) return { config: null, anchor: now };
  if (given < now) {
    throw invalidRequest('`billing_cycle_anchor` cannot be in the past.', { param: 'billing_cycle_anchor' });
  }
  if (given > recurrence(now, cadence, 1)) {
    throw invalidRequest('`billing_cycle_anchor` cannot be later than the next natural billing date.', {
      param: 'billing_cycle_anchor',
    });
  }
  return { config: null, anchor: given };
}

/** The first time from now on that fits; what is left open is as now, and a day that a month lacks is its last. */
function configuredAnchor(config: Stripe.Subscription.BillingCycleAnchorConfig, now: number): number {
  const from = new Date(now * 1000);
  const hour = config.hour ?? from.getUTCHours();
  const minute = config.minute ?? from.getUTCMinutes();
  const second = config.second ?? from.getUTCSeconds();
  for (let month = from.getUTCMonth(); ; month += 1) {
    const first = new Date(Date.UTC(from.getUTCFullYear(), month, 1));
    if (config.month !== null && first.getUTCMonth() + 1 !== config.month) continue;
    const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
    const date = Math.min(config.day_of_month, days);
    const time = Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), date, hour, minute, second) / 1000;
    if (time >= now) return time;
  }
}
