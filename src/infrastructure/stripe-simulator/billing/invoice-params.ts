import {
  arrayOf,
  clearable,
  flag,
  ignored,
  integer,
  metadata,
  object,
  oneOf,
  text,
  unsupported,
  type Values,
} from '../core/schema';
import { discountsParam, lineShape } from './item-params';
import { disabled, timestamp } from './params';

const collectionMethod = oneOf('charge_automatically', 'send_invoice');

const described = {
  account_tax_ids: ignored,
  application_fee_amount: unsupported,
  auto_advance: flag,
  automatic_tax: object({ enabled: flag, liability: ignored }, ['enabled']),
  automatically_finalizes_at: timestamp,
  collection_method: collectionMethod,
  custom_fields: clearable(arrayOf(object({ name: text({ max: 40 }), value: text({ max: 140 }) }, ['name', 'value']))),
  days_until_due: integer({ min: 0, max: 36_500 }),
  default_payment_method: text(),
  default_source: unsupported,
  default_tax_rates: clearable(arrayOf(text())),
  description: text(),
  discounts: discountsParam,
  due_date: timestamp,
  effective_at: clearable(timestamp),
  footer: text(),
  issuer: ignored,
  metadata,
  number: clearable(text({ max: 26 })),
  on_behalf_of: unsupported,
  payment_settings: object({
    default_mandate: ignored,
    payment_method_options: ignored,
    payment_method_types: clearable(arrayOf(text())),
  }),
  rendering: ignored,
  shipping_cost: unsupported,
  shipping_details: ignored,
  statement_descriptor: text({ max: 22 }),
  transfer_data: unsupported,
};

export const createInvoiceShape = {
  ...described,
  currency: text(),
  customer: text(),
  customer_account: unsupported,
  from_invoice: unsupported,
  pending_invoice_items_behavior: oneOf('exclude', 'include'),
  subscription: text(),
};

export const updateInvoiceShape = described;

export const payShape = {
  forgive: disabled,
  mandate: ignored,
  off_session: flag,
  paid_out_of_band: flag,
  payment_method: text(),
  source: unsupported,
};

const lineChange = { invoice_metadata: metadata };

export const addLinesShape = {
  ...lineChange,
  lines: arrayOf(object({ ...lineShape, invoice_item: text() })),
};
export const updateLinesShape = { ...lineChange, lines: arrayOf(object({ ...lineShape, id: text() }, ['id'])) };
export const removeLinesShape = {
  ...lineChange,
  lines: arrayOf(object({ behavior: oneOf('delete', 'unassign'), id: text() }, ['behavior', 'id'])),
};

export type CreateInvoiceParams = Values<typeof createInvoiceShape, 'customer'>;
export type UpdateInvoiceParams = Values<typeof updateInvoiceShape>;
export type AddLinesParams = Values<typeof addLinesShape, 'lines'>;
export type UpdateLinesParams = Values<typeof updateLinesShape, 'lines'>;
export type RemoveLinesParams = Values<typeof removeLinesShape, 'lines'>;
