import { mandateData } from './mandate-params';
import { paymentMethodData } from './payment-method-params';
import {
  arrayOf,
  clearable,
  flag,
  ignored,
  metadata,
  object,
  oneOf,
  text,
  unsupported,
  type Values,
} from '../core/schema';

const paymentMethodOptions = object({
  acss_debit: ignored,
  bacs_debit: ignored,
  card: object({
    mandate_options: unsupported,
    moto: ignored,
    network: ignored,
    request_three_d_secure: oneOf('any', 'automatic', 'challenge'),
    three_d_secure: unsupported,
  }),
  link: ignored,
  paypal: ignored,
  sepa_debit: ignored,
  us_bank_account: ignored,
});

const common = {
  allowed_payment_method_types: clearable(arrayOf(text())),
  payment_method: text(),
  payment_method_data: paymentMethodData,
  payment_method_options: paymentMethodOptions,
};

const described = {
  ...common,
  attach_to_self: unsupported,
  customer: text(),
  customer_account: unsupported,
  description: clearable(text({ max: 1000 })),
  excluded_payment_method_types: clearable(arrayOf(text())),
  flow_directions: ignored,
  metadata,
  payment_method_configuration: ignored,
};

const confirming = {
  confirmation_token: unsupported,
  mandate_data: mandateData,
  return_url: text(),
  use_stripe_sdk: flag,
};

export const createSetupShape = {
  ...described,
  ...confirming,
  automatic_payment_methods: object({ enabled: flag, allow_redirects: oneOf('always', 'never') }, ['enabled']),
  confirm: flag,
  on_behalf_of: unsupported,
  single_use: unsupported,
  usage: oneOf('off_session', 'on_session'),
};

export const updateSetupShape = described;

export const confirmSetupShape = { ...common, ...confirming, client_secret: text() };

export const cancelSetupShape = {
  cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer'),
};

export type SetupCommonParams = Values<typeof common>;
export type CreateSetupParams = Values<typeof createSetupShape>;
export type UpdateSetupParams = Values<typeof updateSetupShape>;
export type ConfirmSetupParams = Values<typeof confirmSetupShape>;
export type CancelSetupParams = Values<typeof cancelSetupShape>;
