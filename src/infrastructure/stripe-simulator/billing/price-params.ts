import { either, flag, ignored, integer, metadata, object, oneOf, text, unsupported, arrayOf } from '../core/schema';
import type { ParamType, Values } from '../core/schema';
import { decimalParam, lineAmount, taxBehavior } from './params';

const unitDecimal = decimalParam({ places: 12 });

export const recurringParam = object(
  {
    interval: oneOf('day', 'week', 'month', 'year'),
    interval_count: integer({ min: 1 }),
    meter: unsupported,
    trial_period_days: integer({ min: 0 }),
    usage_type: oneOf('licensed', 'metered'),
  },
  ['interval'],
);

const tierParam = object(
  {
    flat_amount: lineAmount,
    flat_amount_decimal: unitDecimal,
    unit_amount: lineAmount,
    unit_amount_decimal: unitDecimal,
    up_to: either(text(), integer()),
  },
  ['up_to'],
);

const amounts = {
  currency: text(),
  currency_options: unsupported,
  custom_unit_amount: unsupported,
  recurring: recurringParam,
  tax_behavior: taxBehavior,
  unit_amount: lineAmount,
  unit_amount_decimal: unitDecimal,
};

/** A price that is made together with its product. */
export const defaultPriceParam = object({ ...amounts, metadata }, ['currency']);

/** A price that is made for one use, as invoice items and subscription items do. */
export const inlinePriceShape = {
  currency: text(),
  product: text(),
  tax_behavior: taxBehavior,
  unit_amount: lineAmount,
  unit_amount_decimal: unitDecimal,
};

export const createPriceShape = {
  ...amounts,
  active: flag,
  billing_scheme: oneOf('per_unit', 'tiered'),
  lookup_key: text({ max: 200 }),
  metadata,
  nickname: text(),
  product: text(),
  product_data: object(
    {
      active: flag,
      id: text(),
      metadata,
      name: text(),
      statement_descriptor: text({ max: 22 }),
      tax_code: text(),
      tax_details: ignored,
      unit_label: text({ max: 12 }),
    },
    ['name'],
  ),
  tiers: arrayOf(tierParam),
  tiers_mode: oneOf('graduated', 'volume'),
  transfer_lookup_key: flag,
  transform_quantity: object({ divide_by: integer({ min: 1 }), round: oneOf('down', 'up') }, ['divide_by', 'round']),
};

export const updatePriceShape = {
  active: flag,
  currency_options: unsupported,
  lookup_key: text({ max: 200 }),
  metadata,
  nickname: text(),
  tax_behavior: taxBehavior,
  transfer_lookup_key: flag,
};

export type CreatePriceParams = Values<typeof createPriceShape, 'currency'>;
export type UpdatePriceParams = Values<typeof updatePriceShape>;
export type TierParams = ParamType<typeof tierParam>;
