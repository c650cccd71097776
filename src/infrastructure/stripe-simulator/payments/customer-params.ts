import { addressParam, shippingParam } from './contact-params';
import {
  arrayOf,
  clearable,
  ignored,
  integer,
  metadata,
  object,
  oneOf,
  text,
  unsupported,
  type Values,
} from '../core/schema';

const invoiceSettings = object({
  custom_fields: clearable(arrayOf(object({ name: text({ max: 40 }), value: text({ max: 140 }) }, ['name', 'value']))),
  default_payment_method: clearable(text()),
  footer: clearable(text()),
  rendering_options: clearable(
    object({
      amount_tax_display: clearable(oneOf('exclude_tax', 'include_inclusive_tax')),
      template: clearable(text()),
    }),
  ),
});

export const updateCustomerShape = {
  address: clearable(addressParam),
  balance: integer(),
  business_name: clearable(text({ max: 150 })),
  cash_balance: unsupported,
  default_source: unsupported,
  description: clearable(text()),
  email: clearable(text({ max: 512 })),
  individual_name: clearable(text({ max: 150 })),
  invoice_prefix: text({ max: 12 }),
  invoice_settings: invoiceSettings,
  metadata,
  name: clearable(text({ max: 256 })),
  next_invoice_sequence: integer({ min: 1 }),
  phone: clearable(text({ max: 20 })),
  preferred_locales: clearable(arrayOf(text())),
  shipping: clearable(shippingParam),
  source: unsupported,
  tax: ignored,
  tax_exempt: clearable(oneOf('exempt', 'none', 'reverse')),
  validate: ignored,
};

const { default_source: _onUpdateOnly, ...common } = updateCustomerShape;

export const createCustomerShape = {
  ...common,
  payment_method: text(),
  tax_id_data: unsupported,
  test_clock: text(),
};

export type CreateCustomerParams = Values<typeof createCustomerShape>;
export type UpdateCustomerParams = Values<typeof updateCustomerShape>;
