import { discountsParam, periodParam } from '../billing/item-params';
import { decimalParam, lineAmount } from '../billing/params';
import { inlinePriceShape } from '../billing/price-params';
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
  type ParamType,
  type Values,
} from '../core/schema';
import { previewDetails } from './subscription-params';

const previewItem = object({
  amount: lineAmount,
  currency: text(),
  description: text(),
  discountable: flag,
  discounts: discountsParam,
  invoiceitem: unsupported,
  metadata,
  period: periodParam,
  price: text(),
  price_data: object(inlinePriceShape, ['currency', 'product']),
  quantity: integer({ min: 0 }),
  quantity_decimal: unsupported,
  tax_behavior: ignored,
  tax_code: ignored,
  tax_rates: clearable(arrayOf(text())),
  unit_amount: lineAmount,
  unit_amount_decimal: decimalParam({ places: 12 }),
});

export const createPreviewShape = {
  automatic_tax: unsupported,
  currency: text(),
  customer: text(),
  customer_account: unsupported,
  customer_details: unsupported,
  discounts: discountsParam,
  invoice_items: arrayOf(previewItem),
  issuer: ignored,
  on_behalf_of: unsupported,
  preview_mode: oneOf('next'),
  schedule: unsupported,
  schedule_details: unsupported,
  subscription: text(),
  subscription_details: previewDetails,
};

export type CreatePreviewParams = Values<typeof createPreviewShape>;
export type PreviewItem = ParamType<typeof previewItem>;
