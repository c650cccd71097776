import {
  arrayOf,
  clearable,
  flag,
  ignored,
  integer,
  metadata,
  object,
  text,
  unsupported,
  type ParamType,
  type Values,
} from '../core/schema';
import { decimalParam, lineAmount } from './params';
import { inlinePriceShape } from './price-params';

export const discountsParam = clearable(arrayOf(object({ coupon: text(), discount: text(), promotion_code: text() })));
export const periodParam = object({ end: integer(), start: integer() }, ['end', 'start']);

const { product: _optional, ...inlineAmounts } = inlinePriceShape;

/** What is billed, how much of it and at what price. */
export const billedShape = {
  amount: lineAmount,
  description: text(),
  discountable: flag,
  discounts: discountsParam,
  metadata,
  period: periodParam,
  price_data: object(
    {
      ...inlineAmounts,
      product: text(),
      product_data: object(
        {
          description: text(),
          images: ignored,
          metadata,
          name: text(),
          tax_code: ignored,
          tax_details: ignored,
          unit_label: text(),
        },
        ['name'],
      ),
    },
    ['currency'],
  ),
  pricing: object({ price: text() }),
  quantity: integer({ min: 0 }),
  quantity_decimal: unsupported,
  tax_rates: clearable(arrayOf(text())),
};

const ofItem = {
  ...billedShape,
  tax_behavior: ignored,
  tax_code: ignored,
  unit_amount_decimal: decimalParam({ places: 12 }),
};

export const createItemShape = {
  ...ofItem,
  currency: text(),
  customer: text(),
  customer_account: unsupported,
  invoice: text(),
  subscription: text(),
};

export const updateItemShape = { ...ofItem, invoicing_rules: ignored };

export const lineShape = { ...billedShape, tax_amounts: unsupported };

export type BilledParams = Values<typeof billedShape> & { unit_amount_decimal?: string };
export type CreateItemParams = Values<typeof createItemShape>;
export type UpdateItemParams = Values<typeof updateItemShape>;
export type LineParams = Values<typeof lineShape>;
export type DiscountParams = ParamType<typeof discountsParam>;
