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
} from '../core/schema';
import type { Values } from '../core/schema';

const captureMethod = oneOf('automatic', 'automatic_async', 'manual');
const setupFutureUsage = oneOf('off_session', 'on_session');
const offSession = either(flag, object({ type: ignored }));

const automaticPaymentMethods = object({ enabled: flag, allow_redirects: oneOf('always', 'never') }, ['enabled']);

/** On every write; what has no meaning without the features behind it is accepted and left aside. */
const common = {
  amount_details: ignored,
  hooks: ignored,
  payment_details: ignored,
  payment_method_options: ignored,
  excluded_payment_method_types: ignored,
  shipping: ignored,
  payment_method_data: unsupported,
  confirmation_token: unsupported,
  mandate: unsupported,
  mandate_data: ignored,
  radar_options: ignored,
  transfer_data: unsupported,
};

const described = {
  customer: text(),
  description: clearable(text({ max: 1000 })),
  metadata,
  payment_method: text(),
  receipt_email: clearable(text()),
  setup_future_usage: clearable(setupFutureUsage),
  statement_descriptor: clearable(text({ max: 22 })),
  statement_descriptor_suffix: clearable(text({ max: 22 })),
  transfer_group: clearable(text()),
  capture_method: captureMethod,
};

/** What concerns the moment of confirming, and goes with `confirm=true` on creation too. */
const confirming = {
  error_on_requires_action: flag,
  off_session: offSession,
  return_url: text(),
};

export const createShape = {
  ...common,
  ...described,
  ...confirming,
  amount: integer({ min: 1 }),
  currency: text(),
  allowed_payment_method_types: arrayOf(text()),
  automatic_payment_methods: automaticPaymentMethods,
  confirm: flag,
  confirmation_method: oneOf('automatic', 'manual'),
  payment_method_configuration: ignored,
  use_stripe_sdk: flag,
  application_fee_amount: unsupported,
  on_behalf_of: unsupported,
  customer_account: unsupported,
};

export const updateShape = {
  ...common,
  ...described,
  amount: integer({ min: 1 }),
  currency: text(),
  allowed_payment_method_types: arrayOf(text()),
  payment_method_configuration: ignored,
  application_fee_amount: unsupported,
  customer_account: unsupported,
};

export const confirmShape = {
  ...common,
  ...confirming,
  allowed_payment_method_types: arrayOf(text()),
  amount_to_confirm: unsupported,
  capture_method: captureMethod,
  client_secret: text(),
  payment_method: text(),
  receipt_email: clearable(text()),
  setup_future_usage: clearable(setupFutureUsage),
  use_stripe_sdk: flag,
};

export const captureShape = {
  amount_details: ignored,
  amount_to_capture: integer({ min: 1 }),
  application_fee_amount: unsupported,
  final_capture: flag,
  hooks: ignored,
  metadata,
  payment_details: ignored,
  statement_descriptor: text({ max: 22 }),
  statement_descriptor_suffix: text({ max: 22 }),
  transfer_data: unsupported,
};

export const cancelShape = {
  cancellation_reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'),
};

export type CreateParams = Values<typeof createShape, 'amount' | 'currency'>;
export type UpdateParams = Values<typeof updateShape>;
export type ConfirmParams = Values<typeof confirmShape>;
export type CaptureParams = Values<typeof captureShape>;
