import { invalidRequest } from '../core/errors';
import { addressParam } from './contact-params';
import {
  clearable,
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

const SIMULATED_TYPES = ['card', 'bacs_debit', 'sepa_debit'] as const;
type SimulatedType = (typeof SIMULATED_TYPES)[number];

const billingDetails = object({
  address: clearable(addressParam),
  email: clearable(text()),
  name: clearable(text()),
  phone: clearable(text()),
  tax_id: unsupported,
});

const cardDetails = object({
  cvc: text(),
  exp_month: integer(),
  exp_year: integer(),
  networks: ignored,
  number: text(),
  token: text(),
});

/** Stripe knows many more types, and refuses none of them as unknown. */
const type: Param<SimulatedType> = {
  read(value, name) {
    const found = SIMULATED_TYPES.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    const given = typeof value === 'string' ? value : '';
    throw invalidRequest(`The simulator does not support the payment method type '${given}' yet.`, { param: name });
  },
};

const allowRedisplay = oneOf('always', 'limited', 'unspecified');

const details = {
  allow_redisplay: allowRedisplay,
  billing_details: billingDetails,
  bacs_debit: object({ account_number: text(), sort_code: text() }),
  card: cardDetails,
  metadata,
  radar_options: ignored,
  sepa_debit: object({ iban: text() }, ['iban']),
};

/** A method that is made in the same breath as it is used. */
export const paymentMethodData = object({ ...details, type }, ['type']);

export const createMethodShape = {
  ...details,
  type,
  customer: text(),
  customer_account: unsupported,
  payment_method: unsupported,
};

export const updateMethodShape = {
  allow_redisplay: allowRedisplay,
  billing_details: billingDetails,
  card: object({ exp_month: integer(), exp_year: integer(), networks: ignored }),
  metadata,
  us_bank_account: unsupported,
};

export type MethodData = ParamType<typeof paymentMethodData>;
export type CardDetails = ParamType<typeof cardDetails>;
export type BillingDetailsParam = ParamType<typeof billingDetails>;
export type UpdateMethodParams = Values<typeof updateMethodShape>;
