import type Stripe from 'stripe';
import { idOf } from '../core/references';
import type { Context } from '../core/context';
import { invalidRequest } from '../core/errors';
import { pick } from '../core/pick';
import { mergeMetadata } from '../core/schema';
import { cancelAtOf } from './cancel-time';
import { periodOf } from './cadence';
import { details } from './end-subscription';
import { findTaxRates, methodOf, takeDiscounts } from './resolve-params';
import type { CancelSubscriptionParams, TrialSettingsParams, UpdateSubscriptionParams } from './subscription-params';

type Subscription = Stripe.Subscription;

/** The subscription with all that bills nothing by itself. */
export function described(ctx: Context, before: Subscription, params: UpdateSubscriptionParams): Subscription {
  const customer = idOf(before.customer) ?? '';
  const { default_payment_method: method, discounts, invoice_settings: settings } = params;
  return {
    ...before,
    ...pick(params, ['collection_method', 'description']),
    ...(params.trial_settings === undefined ? {} : { trial_settings: trialSettings(params.trial_settings) }),
    ...collection(before, params),
    ...ending(before, params, ctx.clock.now()),
    ...(method === undefined
      ? {}
      : { default_payment_method: method === null ? null : methodOf(ctx, method, customer) }),
    ...(params.default_tax_rates === undefined
      ? {}
      : { default_tax_rates: findTaxRates(ctx, params.default_tax_rates, 'default_tax_rates') }),
    ...(discounts === undefined || discounts?.length === 0
      ? {}
      : { discounts: takeDiscounts(ctx, discounts, { customer, subscription: before.id }, 'discounts') }),
    ...(settings === undefined
      ? {}
      : {
          invoice_settings: {
            ...before.invoice_settings,
            ...pick(settings, ['custom_fields', 'description', 'footer']),
          },
        }),
    ...(params.metadata === undefined ? {} : { metadata: mergeMetadata(before.metadata, params.metadata) }),
    ...(params.pause_collection === undefined ? {} : { pause_collection: paused(params, ctx.clock.now()) }),
    ...(params.payment_settings === undefined
      ? {}
      : {
          payment_settings: {
            payment_method_options: null,
            payment_method_types: null,
            save_default_payment_method: 'off',
            ...before.payment_settings,
            ...pick(params.payment_settings, ['payment_method_types', 'save_default_payment_method']),
          },
        }),
  };
}

export function trialSettings(given: TrialSettingsParams | undefined): Stripe.Subscription.TrialSettings {
  const missing = given?.end_behavior.missing_payment_method ?? 'create_invoice';
  return { end_behavior: { billing_cycle_anchor: null, missing_payment_method: missing } };
}

/** With what the customer said of why. */
export function withDetails(
  before: Subscription,
  given: CancelSubscriptionParams['cancellation_details'],
): Subscription['cancellation_details'] {
  return { ...details(before), ...pick(given ?? {}, ['comment', 'feedback']) };
}

function collection(before: Subscription, params: UpdateSubscriptionParams): Partial<Subscription> {
  const { collection_method: method = before.collection_method, days_until_due: days } = params;
  if (days !== undefined && method !== 'send_invoice') {
    throw invalidRequest('You can only set `days_until_due` if `collection_method` is `send_invoice`.', {
      param: 'days_until_due',
    });
  }
  return { days_until_due: method === 'send_invoice' ? (days ?? before.days_until_due ?? 30) : null };
}

function ending(before: Subscription, params: UpdateSubscriptionParams, now: number): Partial<Subscription> {
  const { cancel_at: at, cancel_at_period_end: atEnd, cancellation_details: given } = params;
  const told = withDetails(before, given) ?? details(before);
  if (at === undefined && atEnd === undefined) return { cancellation_details: told };
  const cancelAt = cancelAtOf(params, periodOf(before), now);
  return {
    cancel_at: cancelAt,
    cancel_at_period_end: atEnd === true,
    canceled_at: cancelAt === null ? null : now,
    cancellation_details: { ...told, reason: cancelAt === null ? null : 'cancellation_requested' },
  };
}

function paused(params: UpdateSubscriptionParams, now: number): Stripe.Subscription.PauseCollection | null {
  const given = params.pause_collection ?? null;
  if (given === null) return null;
  if (given.resumes_at !== undefined && given.resumes_at <= now) {
    throw invalidRequest('`resumes_at` must be in the future.', { param: 'pause_collection[resumes_at]' });
  }
  return { behavior: given.behavior, resumes_at: given.resumes_at ?? null };
}
