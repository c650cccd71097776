import { disabled, timestamp } from '../billing/params';
import { inlinePriceShape, recurringParam } from '../billing/price-params';
import { createdShape, pageShape } from '../core/lists';
import {
  arrayOf,
  clearable,
  either,
  flag,
  ignored,
  integer,
  metadata,
  object,
  oneOf,
  text,
  unsupported,
  type Param,
  type ParamType,
  type Values,
} from '../core/schema';

const taxRates = clearable(arrayOf(text()));
const discounts = clearable(arrayOf(object({ coupon: text(), discount: text(), promotion_code: text() })));
const priceData = object({ ...inlinePriceShape, recurring: recurringParam }, ['currency', 'product', 'recurring']);

const newItemFields = {
  billing_thresholds: unsupported,
  current_trial: unsupported,
  discounts,
  metadata,
  plan: text(),
  price: text(),
  price_data: priceData,
  quantity: integer({ min: 0 }),
  tax_rates: taxRates,
};

const newItem = object(newItemFields);
const changedItem = object({ ...newItemFields, clear_usage: ignored, deleted: flag, id: text() });

const addedInvoiceItem = object({
  discountable: flag,
  discounts: unsupported,
  metadata,
  period: unsupported,
  price: text(),
  price_data: object(inlinePriceShape, ['currency', 'product']),
  quantity: integer({ min: 0 }),
  tax_rates: taxRates,
});

const prorationBehavior = oneOf('always_invoice', 'create_prorations', 'none');
const paymentBehavior = oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete', 'pending_if_incomplete');
const cancelAt = timeOr('max_billed_until', 'max_period_end', 'min_period_end');
const trialEnd = timeOr('now');
const anchorParam = object({ type: oneOf('now', 'unchanged') }, ['type']);

function timeOr<const T extends string>(...words: readonly T[]): Param<T | number> {
  return { read: (value, name) => words.find((word) => word === value) ?? timestamp.read(value, name) };
}

const cancellationDetails = object({
  comment: clearable(text()),
  feedback: clearable(
    oneOf(
      'customer_service',
      'low_quality',
      'missing_features',
      'other',
      'switched_service',
      'too_complex',
      'too_expensive',
      'unused',
    ),
  ),
  feedback_option: unsupported,
});

const invoiceSettings = object({
  account_tax_ids: unsupported,
  custom_fields: clearable(arrayOf(object({ name: text(), value: text() }, ['name', 'value']))),
  description: clearable(text()),
  footer: clearable(text()),
  issuer: ignored,
});

const paymentSettings = object({
  payment_method_options: ignored,
  payment_method_types: clearable(arrayOf(text())),
  save_default_payment_method: oneOf('off', 'on_subscription'),
});

const trialSettings = object(
  {
    end_behavior: object(
      { billing_cycle_anchor: unsupported, missing_payment_method: oneOf('cancel', 'create_invoice', 'pause') },
      ['missing_payment_method'],
    ),
  },
  ['end_behavior'],
);

/** What making and changing a subscription have in common. */
const common = {
  add_invoice_items: arrayOf(addedInvoiceItem),
  application_fee_percent: unsupported,
  automatic_tax: object({ enabled: disabled, liability: ignored }, ['enabled']),
  billing_schedules: unsupported,
  billing_thresholds: unsupported,
  cancel_at: clearable(cancelAt),
  cancel_at_period_end: flag,
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  days_until_due: integer({ min: 0, max: 36_500 }),
  default_payment_method: clearable(text()),
  default_source: unsupported,
  default_tax_rates: taxRates,
  description: clearable(text({ max: 500 })),
  discounts,
  invoice_settings: invoiceSettings,
  metadata,
  off_session: flag,
  on_behalf_of: unsupported,
  payment_behavior: paymentBehavior,
  payment_settings: paymentSettings,
  pending_invoice_item_interval: unsupported,
  proration_behavior: prorationBehavior,
  transfer_data: unsupported,
  trial_end: trialEnd,
  trial_from_plan: flag,
  trial_settings: trialSettings,
};

export const createSubscriptionShape = {
  ...common,
  backdate_start_date: unsupported,
  billing_cycle_anchor: timestamp,
  billing_cycle_anchor_config: object(
    {
      day_of_month: integer({ min: 1, max: 31 }),
      hour: integer({ min: 0, max: 23 }),
      minute: integer({ min: 0, max: 59 }),
      month: integer({ min: 1, max: 12 }),
      second: integer({ min: 0, max: 59 }),
    },
    ['day_of_month'],
  ),
  billing_mode: object(
    { flexible: object({ proration_discounts: oneOf('included') }), type: oneOf('classic', 'flexible') },
    ['type'],
  ),
  currency: text(),
  customer: text(),
  customer_account: unsupported,
  items: arrayOf(newItem),
  trial_period_days: integer({ min: 0, max: 730 }),
};

export const updateSubscriptionShape = {
  ...common,
  billing_cycle_anchor: anchorParam,
  cancellation_details: cancellationDetails,
  items: arrayOf(changedItem),
  pause_collection: clearable(
    object({ behavior: oneOf('keep_as_draft', 'mark_uncollectible', 'void'), resumes_at: timestamp }, ['behavior']),
  ),
  proration_date: integer({ min: 0 }),
};

export const cancelSubscriptionShape = {
  cancellation_details: cancellationDetails,
  invoice_now: flag,
  prorate: flag,
};

export const resumeSubscriptionShape = {
  billing_cycle_anchor: anchorParam,
  payment_behavior: unsupported,
  proration_behavior: prorationBehavior,
  proration_date: integer({ min: 0 }),
};

export const pauseSubscriptionShape = {
  bill_for: unsupported,
  invoicing_behavior: unsupported,
  type: oneOf('subscription'),
};

export const migrateSubscriptionShape = {
  billing_mode: object({ flexible: object({ proration_discounts: oneOf('included') }), type: oneOf('flexible') }, [
    'type',
  ]),
};

export const listSubscriptionsShape = {
  ...pageShape,
  automatic_tax: unsupported,
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  created: createdShape,
  current_period_end: createdShape,
  current_period_start: createdShape,
  customer: text(),
  customer_account: unsupported,
  plan: text(),
  price: text(),
  status: oneOf(
    'active',
    'all',
    'canceled',
    'ended',
    'incomplete',
    'incomplete_expired',
    'past_due',
    'paused',
    'trialing',
    'unpaid',
  ),
  test_clock: text(),
};

const itemCommon = {
  ...newItemFields,
  off_session: flag,
  payment_behavior: paymentBehavior,
  proration_behavior: prorationBehavior,
  proration_date: integer({ min: 0 }),
};

export const createItemShape = { ...itemCommon, subscription: text() };
export const updateItemShape = itemCommon;
export const deleteItemShape = {
  clear_usage: ignored,
  payment_behavior: paymentBehavior,
  proration_behavior: prorationBehavior,
  proration_date: integer({ min: 0 }),
};

/** `subscription_details` of a preview. */
export const previewDetails = object({
  billing_cycle_anchor: either(
    unsupported,
    object({ timestamp, type: oneOf('now', 'timestamp', 'unchanged') }, ['type']),
  ),
  billing_mode: createSubscriptionShape.billing_mode,
  billing_schedules: unsupported,
  cancel_at: clearable(cancelAt),
  cancel_at_period_end: flag,
  cancel_now: flag,
  default_tax_rates: taxRates,
  items: arrayOf(changedItem),
  metadata,
  pause: unsupported,
  proration_behavior: prorationBehavior,
  proration_date: integer({ min: 0 }),
  resume_at: unsupported,
  start_date: unsupported,
  trial_end: trialEnd,
});

export type CreateSubscriptionParams = Values<typeof createSubscriptionShape, 'customer'>;
export type UpdateSubscriptionParams = Values<typeof updateSubscriptionShape>;
export type CancelSubscriptionParams = Values<typeof cancelSubscriptionShape>;
export type ResumeSubscriptionParams = Values<typeof resumeSubscriptionShape>;
export type ListSubscriptionsParams = Values<typeof listSubscriptionsShape>;
export type ItemParams = ParamType<typeof changedItem>;
export type AddedInvoiceItem = ParamType<typeof addedInvoiceItem>;
export type DiscountParams = ParamType<typeof discounts>;
export type PreviewDetails = ParamType<typeof previewDetails>;
export type TrialSettingsParams = ParamType<typeof trialSettings>;
export type PaymentBehavior = ParamType<typeof paymentBehavior>;
