import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { newId } from '../core/ids';
import { decimal } from './decimals';
import type { LineTotals } from './invoice-totals';

/** One line to be billed. */
export interface NewLine {
  /** In minor units; may be negative. */
  amount: number;
  description: string | null;
  discountable: boolean;
  period: { start: number; end: number };
  price: string | null;
  quantity: number | null;
  unitAmountDecimal: string | null;
  proration: boolean;
  subscription: string | null;
  subscriptionItem: string | null;
  taxRates: readonly string[];
  metadata: Stripe.Metadata;
  /** Ids of discounts of this line alone. */
  discounts?: readonly string[];
  /** The invoice item that it came from. */
  invoiceItem?: string | null;
  /** The lines that a proration gives back. */
  creditedItems?: { invoice: string; invoice_line_items: string[] } | null;
}

/** A line before its invoice is summed up. */
export function newLine(ctx: Context, line: NewLine, currency: string, invoice: string): Stripe.InvoiceLineItem {
  return {
    id: newId('il'),
    object: 'line_item',
    amount: line.amount,
    currency,
    description: line.description,
    discount_amounts: [],
    discountable: line.discountable,
    discounts: [...(line.discounts ?? [])],
    invoice,
    livemode: false,
    metadata: line.metadata,
    parent: lineParent(line),
    period: { end: line.period.end, start: line.period.start },
    pretax_credit_amounts: [],
    pricing: linePricing(ctx, line.price, line.unitAmountDecimal),
    quantity: line.quantity,
    quantity_decimal: line.quantity === null ? null : decimal(String(line.quantity)),
    subscription: line.subscription,
    subtotal: line.amount,
    taxes: [],
  };
}

function lineParent(line: NewLine): Stripe.InvoiceLineItem.Parent {
  const common = {
    proration: line.proration,
    proration_details: line.proration ? { credited_items: line.creditedItems ?? null } : null,
    subscription: line.subscription,
  };
  if (line.subscriptionItem !== null) {
    return {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: line.invoiceItem ?? null,
        ...common,
        subscription_item: line.subscriptionItem,
      },
      type: 'subscription_item_details',
    };
  }
  return {
    invoice_item_details: { invoice_item: line.invoiceItem ?? '', ...common },
    subscription_item_details: null,
    type: 'invoice_item_details',
  };
}

function linePricing(
  ctx: Context,
  price: string | null,
  unitAmountDecimal: string | null,
): Stripe.InvoiceLineItem.Pricing | null {
  const found = price === null ? undefined : ctx.tx.get('prices', price);
  if (found === undefined && unitAmountDecimal === null) return null;
  return {
    ...(found === undefined ? {} : { price_details: { price: found.id, product: productOf(found) } }),
    type: 'price_details',
    unit_amount_decimal: unitAmountDecimal === null ? (found?.unit_amount_decimal ?? null) : decimal(unitAmountDecimal),
  };
}

function productOf(price: Stripe.Price): string {
  return typeof price.product === 'string' ? price.product : price.product.id;
}

/** The line with what the sum of its invoice made of it. */
export function pricedLine(line: Stripe.InvoiceLineItem, totals: LineTotals): Stripe.InvoiceLineItem {
  return {
    ...line,
    discount_amounts: totals.discountAmounts,
    pretax_credit_amounts: totals.discountAmounts.map(({ amount, discount }) => ({
      amount,
      discount,
      type: 'discount',
    })),
    taxes: totals.taxes.map(shownTax),
  };
}

export function shownTax({ amount, rate, taxable }: LineTotals['taxes'][number]): Stripe.InvoiceLineItem.Tax {
  return {
    amount,
    tax_behavior: rate.inclusive ? 'inclusive' : 'exclusive',
    tax_rate_details: { tax_rate: rate.id },
    taxability_reason: 'not_available',
    taxable_amount: taxable,
    type: 'tax_rate_details',
  };
}

/** The lines of an invoice that is stored, in their order. */
export function linesOf(ctx: Context, invoice: string): Stripe.InvoiceLineItem[] {
  const position = (line: Stripe.InvoiceLineItem): number => ctx.tx.get('line_terms', line.id)?.position ?? 0;
  return ctx.tx.where('invoice_lines', 'invoice', invoice).sort((a, b) => position(a) - position(b));
}
