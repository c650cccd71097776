import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { decimalText } from './decimals';
import { idOf } from '../core/references';
import { newLine } from './invoice-lines';
import type { DraftLine } from './invoice-sum';

/**
 * What waits for the next invoice of that customer, the newest first: of a subscription's items only those of the
 * subscription named.
 */
export function pendingItems(
  ctx: Context,
  customer: string,
  currency: string,
  subscription: string | null,
): Stripe.InvoiceItem[] {
  const waiting = ctx.tx.where('invoice_items', 'customer', customer).filter((item) => {
    const of = item.parent?.subscription_details?.subscription ?? null;
    return idOf(item.invoice) === null && item.currency === currency && (of === null || of === subscription);
  });
  return waiting.reverse();
}

export function lineOfItem(ctx: Context, item: Stripe.InvoiceItem, invoice: string): DraftLine {
  const of = item.parent?.subscription_details;
  const unit = item.pricing?.unit_amount_decimal ?? null;
  const line = newLine(
    ctx,
    {
      amount: item.amount,
      description: item.description,
      discountable: item.discountable,
      period: item.period,
      price: idOf(item.pricing?.price_details?.price),
      quantity: item.quantity,
      unitAmountDecimal: unit === null ? null : decimalText(unit),
      proration: item.proration,
      subscription: of?.subscription ?? null,
      subscriptionItem: null,
      taxRates: [],
      metadata: item.metadata ?? {},
      discounts: (item.discounts ?? []).flatMap((discount) => idOf(discount) ?? []),
      invoiceItem: item.id,
      creditedItems: item.proration_details?.credited_items?.invoice_line_item_details ?? null,
    },
    item.currency,
    invoice,
  );
  return { line, taxRates: (item.tax_rates ?? []).map(({ id }) => id) };
}
