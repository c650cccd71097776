import { shippingParam } from './contact-params';
import { mandateData } from './mandate-params';
import { paymentMethodData } from './payment-method-params';
import { arrayOf, clearable, flag, ignored, integer, metadata, object, oneOf, text, unsupported } from '../core/schema';
import type { Param, Values } from '../core/schema';

const captureMethod = oneOf('automatic', 'automatic_async', 'manual');
const setupFutureUsage = oneOf('off_session', 'on_session');
/** Once or again and again: either way the customer is not there. */
const offSession: Param<boolean> = {
  read: (value, name) => oneOf('true', 'false', 'one_off', 'recurring').read(value, name) !== 'false',
};

const automaticPaymentMethods = object({ enabled: flag, allow_redirects: oneOf('always', 'never') }, ['enabled']);

const amountDetails = clearable(
  object({
    discount_amount: clearable(integer({ min: 1 })),
    enforce_arithmetic_validation: ignored,
    line_items: unsupported,
    shipping: clearable(
      object({
        amount: clearable(integer({ min: 0 })),
        from_postal_code: clearable(text()),
        to_postal_code: clearable(text()),
      }),
    ),
    tax: clearable(object({ total_tax_amount: integer({ min: 0 }) })),
  }),
);

const paymentDetails = clearable(object({ customer_reference: clearable(text()), order_reference: clearable(text()) }));

/** Of a card's options only those that change what happens here; those of other types change nothing. */
const cardOptions = object({
  capture_method: clearable(oneOf('manual')),
  cvc_token: ignored,
  installments: ignored,
  mandate_options: unsupported,
  moto: ignored,
  network: ignored,
  request_extended_authorization: ignored,
  request_incremental_authorization: ignored,
  request_multicapture: ignored,
  request_overcapture: ignored,
  request_three_d_secure: oneOf('any', 'automatic', 'challenge'),
  require_cvc_recollection: ignored,
  setup_future_usage: clearable(oneOf('none', 'off_session', 'on_session')),
  statement_descriptor_suffix_kana: ignored,
  statement_descriptor_suffix_kanji: ignored,
  three_d_secure: unsupported,
});

const paymentMethodOptions = object({
  acss_debit: ignored,
  bacs_debit: ignored,
  bancontact: ignored,
  card: cardOptions,
  card_present: ignored,
  ideal: ignored,
  link: ignored,
  klarna: ignored,
  paypal: ignored,
  sepa_debit: ignored,
  us_bank_account: ignored,
});

/** On every write; what has no meaning without the features behind it is accepted and left aside. */
const common = {
  allowed_payment_method_types: arrayOf(text()),
  amount_details: amountDetails,
  excluded_payment_method_types: clearable(arrayOf(text())),
  hooks: ignored,
  payment_details: paymentDetails,
  payment_method: text(),
  payment_method_data: paymentMethodData,
  payment_method_options: paymentMethodOptions,
  capture_method: captureMethod,
  receipt_email: clearable(text()),
  setup_future_usage: clearable(setupFutureUsage),
  shipping: clearable(shippingParam),
};

const described = {
  ...common,
  customer: text(),
  customer_account: unsupported,
  description: clearable(text({ max: 1000 })),
  metadata,
  payment_method_configuration: ignored,
  statement_descriptor: clearable(text({ max: 22 })),
  statement_descriptor_suffix: clearable(text({ max: 22 })),
  transfer_data: unsupported,
  transfer_group: clearable(text()),
};

/** What concerns the moment of confirming, and goes with `confirm=true` on creation too. */
const confirming = {
  confirmation_token: unsupported,
  error_on_requires_action: flag,
  mandate: text(),
  mandate_data: mandateData,
  off_session: offSession,
  radar_options: ignored,
  return_url: text(),
  use_stripe_sdk: flag,
};

export const createShape = {
  ...described,
  ...confirming,
  amount: integer({ min: 1 }),
  application_fee_amount: unsupported,
  automatic_payment_methods: automaticPaymentMethods,
  confirm: flag,
  confirmation_method: oneOf('automatic', 'manual'),
  currency: text(),
  on_behalf_of: unsupported,
};

export const updateShape = {
  ...described,
  amount: integer({ min: 1 }),
  application_fee_amount: unsupported,
  currency: text(),
};

export const confirmShape = {
  ...common,
  ...confirming,
  amount_to_confirm: unsupported,
  client_secret: text(),
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

export const incrementShape = {
  amount: integer({ min: 1 }),
  amount_details: ignored,
  application_fee_amount: unsupported,
  description: text({ max: 1000 }),
  hooks: ignored,
  metadata,
  payment_details: ignored,
  statement_descriptor: text({ max: 22 }),
  transfer_data: unsupported,
};

export const cancelShape = {
  cancellation_reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'),
};

export type CreateParams = Values<typeof createShape, 'amount' | 'currency'>;
export type UpdateParams = Values<typeof updateShape>;
export type ConfirmParams = Values<typeof confirmShape>;
export type CaptureParams = Values<typeof captureShape>;
/** What an intent may hold whichever way it came there. */
export type CommonParams = Values<typeof common>;
