import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { sublist } from '../core/lists';
import { discountTerm } from './discounts';
import { idOf } from '../core/references';
import { customerOf } from './find-invoice';
import { linesOf, pricedLine, shownTax } from './invoice-lines';
import { totalsOf, type DiscountTerm, type PricedLine } from './invoice-totals';
import { minimumCharge } from '../payments/currencies';

/** A line with what its taxes stand on. */
export interface DraftLine {
  line: Stripe.InvoiceLineItem;
  taxRates: readonly string[];
}

interface Summed {
  invoice: Stripe.Invoice;
  lines: Stripe.InvoiceLineItem[];
}

/** What the customer's balance makes of a total. */
export interface BalanceUse {
  due: number;
  endingBalance: number;
}

/** An invoice with all amounts that follow from its lines; `unstored` are discounts that no row holds. */
export function summed(
  ctx: Context,
  invoice: Stripe.Invoice,
  draft: readonly DraftLine[],
  unstored: readonly DiscountTerm[] = [],
): Summed {
  const terms = (ids: readonly (string | { id: string })[]): DiscountTerm[] =>
    ids.flatMap((id) => termOf(ctx, idOf(id) ?? '', unstored) ?? []);
  const priced = draft.map(({ line, taxRates }): PricedLine => ({
    amount: line.amount,
    discountable: line.discountable,
    product: line.pricing?.price_details?.product ?? null,
    discounts: terms(line.discounts),
    taxRates: taxRates.length === 0 ? invoice.default_tax_rates : ratesOf(ctx, taxRates),
  }));
  const totals = totalsOf(priced, terms(invoice.discounts), invoice.currency, isTaxExempt(invoice));
  const lines = draft.flatMap(({ line }, at) => {
    const part = totals.lines[at];
    return part === undefined ? [] : [pricedLine(line, part)];
  });
  const { due } = afterBalance(totals.total, invoice.starting_balance, invoice.currency);
  return {
    lines,
    invoice: {
      ...invoice,
      amount_due: due,
      amount_remaining: due - invoice.amount_paid,
      lines: linesShown(invoice.id, lines),
      subtotal: totals.subtotal,
      subtotal_excluding_tax: totals.subtotalExcludingTax,
      total: totals.total,
      total_discount_amounts: totals.discountAmounts,
      total_excluding_tax: totals.totalExcludingTax,
      total_pretax_credit_amounts: totals.discountAmounts.map((each) => ({ ...each, type: 'discount' })),
      total_taxes: totals.taxes.map(shownTax),
    },
  };
}

function linesShown(invoice: string, lines: readonly Stripe.InvoiceLineItem[]): Stripe.ApiList<Stripe.InvoiceLineItem> {
  return sublist(lines, `/v1/invoices/${invoice}/lines`);
}

/** Sums a stored draft up again after a change, and stores it with its lines. */
export function sumUpAgain(ctx: Context, changed: Stripe.Invoice): Stripe.Invoice {
  const balance = ctx.tx.get('customers', customerOf(changed));
  const draft = linesOf(ctx, changed.id).map((line) => ({
    line,
    taxRates: ctx.tx.get('line_terms', line.id)?.taxRates ?? [],
  }));
  const { invoice, lines } = summed(
    ctx,
    { ...changed, starting_balance: balance === undefined || balance.deleted === true ? 0 : balance.balance },
    draft,
  );
  for (const line of lines) ctx.tx.put('invoice_lines', line);
  ctx.tx.put('invoices', invoice);
  return invoice;
}

/** Credit is used up first; what is too little to be charged is owed until the next invoice. */
export function afterBalance(total: number, startingBalance: number, currency: string): BalanceUse {
  const owed = total + startingBalance;
  if (owed <= 0 || owed < minimumCharge(currency)) return { due: 0, endingBalance: owed };
  return { due: owed, endingBalance: 0 };
}

export function ratesOf(ctx: Context, ids: readonly string[]): Stripe.TaxRate[] {
  return ids.flatMap((id) => ctx.tx.get('tax_rates', id) ?? []);
}

function termOf(ctx: Context, id: string, unstored: readonly DiscountTerm[]): DiscountTerm | null {
  const given = unstored.find((term) => term.id === id);
  if (given !== undefined) return given;
  const discount = ctx.tx.get('discounts', id);
  return discount === undefined ? null : discountTerm(ctx, discount);
}

function isTaxExempt(invoice: Stripe.Invoice): boolean {
  return invoice.customer_tax_exempt === 'exempt' || invoice.customer_tax_exempt === 'reverse';
}
