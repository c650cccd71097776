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
import { decimalParam } from './params';

const lineParam = object(
  {
    amount: integer({ min: 1 }),
    description: text(),
    invoice_line_item: text(),
    metadata,
    quantity: integer({ min: 1 }),
    tax_amounts: unsupported,
    tax_rates: clearable(arrayOf(text())),
    type: oneOf('custom_line_item', 'invoice_line_item'),
    unit_amount: integer(),
    unit_amount_decimal: decimalParam({ places: 12 }),
  },
  ['type'],
);

/** Numbers in a query are text too, so that a preview takes the same. */
export const creditNoteShape = {
  amount: integer({ min: 1 }),
  credit_amount: integer({ min: 0 }),
  effective_at: integer(),
  email_type: ignored,
  invoice: text(),
  lines: arrayOf(lineParam),
  memo: text(),
  metadata,
  out_of_band_amount: integer({ min: 0 }),
  reason: oneOf('duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory'),
  refund_amount: integer({ min: 0 }),
  refunds: arrayOf(
    object({
      amount_refunded: integer({ min: 1 }),
      payment_record_refund: unsupported,
      refund: text(),
      type: oneOf('refund', 'payment_record_refund'),
    }),
  ),
  shipping_cost: unsupported,
};

export type CreditNoteParams = Values<typeof creditNoteShape, 'invoice'>;
export type CreditLineParams = NonNullable<CreditNoteParams['lines']>[number];
