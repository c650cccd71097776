import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest, parameterMissing } from '../core/errors';
import { newId } from '../core/ids';
import { mergeMetadata } from '../core/schema';
import type { CreditLineParams, CreditNoteParams } from './credit-note-params';
import { decimal, decimalText, share, times } from './decimals';
import { idOf } from '../core/references';
import { shownTax } from './invoice-lines';
import { totalsOf } from './invoice-totals';
import { findLine } from './line-requests';
import { findTaxRate } from './tax-rates';

/** How much of each invoice line earlier credit notes gave back. */
export type Credited = ReadonlyMap<string, number>;

export function creditedLines(notes: readonly Stripe.CreditNote[]): Credited {
  const credited = new Map<string, number>();
  for (const note of notes) {
    for (const { amount, invoice_line_item: line } of note.lines.data) {
      if (line !== undefined) credited.set(line, (credited.get(line) ?? 0) + amount);
    }
  }
  return credited;
}

export function creditLines(
  ctx: Context,
  invoice: Stripe.Invoice,
  params: CreditNoteParams,
  credited: Credited,
): Stripe.CreditNoteLineItem[] {
  if (params.lines === undefined) {
    if (params.amount === undefined) {
      throw invalidRequest('You must specify one of `amount`, `lines` or `shipping_cost`.', {
        code: 'parameter_missing',
      });
    }
    return [
      customLine(ctx, invoice, { type: 'custom_line_item', description: 'Credit', unit_amount: params.amount }, 0),
    ];
  }
  const so = new Map(credited);
  return params.lines.map((given, at) => {
    if (given.type === 'custom_line_item') return customLine(ctx, invoice, given, at);
    const line = invoiceLine(ctx, invoice, given, at, so);
    so.set(line.invoice_line_item ?? '', (so.get(line.invoice_line_item ?? '') ?? 0) + line.amount);
    return line;
  });
}

function customLine(
  ctx: Context,
  invoice: Stripe.Invoice,
  given: CreditLineParams,
  at: number,
): Stripe.CreditNoteLineItem {
  if (given.description === undefined) throw parameterMissing(`lines[${String(at)}][description]`);
  const unit = given.unit_amount_decimal ?? given.unit_amount?.toString();
  if (unit === undefined) throw parameterMissing(`lines[${String(at)}][unit_amount]`);
  const quantity = given.quantity ?? 1;
  const amount = times(quantity, unit);
  const rates = (given.tax_rates ?? []).map((id) => findTaxRate(ctx, id, `lines[${String(at)}][tax_rates]`));
  const line = { amount, discountable: false, product: null, discounts: [], taxRates: rates };
  const totals = totalsOf([line], [], invoice.currency, false);
  const whole = Number(unit);
  return {
    ...blankLine(given),
    amount,
    quantity,
    tax_rates: rates,
    taxes: totals.taxes.map(shownTax),
    type: 'custom_line_item',
    unit_amount: Number.isInteger(whole) ? whole : null,
    unit_amount_decimal: decimal(unit),
  };
}

/** A part of an invoice's line takes its part of the line's discounts and taxes; the last part takes what is left. */
function invoiceLine(
  ctx: Context,
  invoice: Stripe.Invoice,
  given: CreditLineParams,
  at: number,
  credited: Credited,
): Stripe.CreditNoteLineItem {
  const param = `lines[${String(at)}]`;
  if (given.invoice_line_item === undefined) throw parameterMissing(`${param}[invoice_line_item]`);
  const line = findLine(ctx, invoice.id, given.invoice_line_item);
  const amount = lineAmount(line, given, param);
  const before = credited.get(line.id) ?? 0;
  if (before + amount > line.amount) {
    throw invalidRequest(
      `The credited amount of the line item ${line.id} cannot be more than what is left of it: ${String(line.amount - before)}.`,
      { param: `${param}[amount]` },
    );
  }
  const part = (whole: number): number => {
    const upTo = (credit: number): number => share(whole, BigInt(credit), BigInt(line.amount));
    return upTo(before + amount) - upTo(before);
  };
  const discounts = (line.discount_amounts ?? []).map(({ amount: whole, discount }) => ({
    amount: part(whole),
    discount: idOf(discount) ?? '',
  }));
  return {
    ...blankLine(given),
    amount,
    description: line.description,
    discount_amount: discounts.reduce((sum, discount) => sum + discount.amount, 0),
    discount_amounts: discounts,
    invoice_line_item: line.id,
    pretax_credit_amounts: discounts.map((discount) => ({ ...discount, type: 'discount' })),
    quantity: given.quantity ?? null,
    tax_rates: (line.taxes ?? []).flatMap((tax) => ctx.tx.get('tax_rates', tax.tax_rate_details?.tax_rate ?? '') ?? []),
    taxes: (line.taxes ?? []).map((tax) => ({
      ...tax,
      amount: part(tax.amount),
      taxable_amount: tax.taxable_amount === null ? null : part(tax.taxable_amount),
    })),
    type: 'invoice_line_item',
  };
}

function lineAmount(line: Stripe.InvoiceLineItem, given: CreditLineParams, param: string): number {
  if (given.amount !== undefined && given.quantity !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: amount, quantity.', {
      code: 'parameters_exclusive',
      param: `${param}[amount]`,
    });
  }
  if (given.amount !== undefined) return given.amount;
  if (given.quantity === undefined) throw parameterMissing(`${param}[quantity]`);
  const quantity = line.quantity ?? 1;
  if (given.quantity > quantity) {
    throw invalidRequest(`The quantity of the line item is ${String(quantity)}.`, { param: `${param}[quantity]` });
  }
  const unit = line.pricing?.unit_amount_decimal ?? null;
  if (given.quantity === quantity || unit === null) return share(line.amount, BigInt(given.quantity), BigInt(quantity));
  return times(given.quantity, decimalText(unit));
}

function blankLine(given: CreditLineParams): Stripe.CreditNoteLineItem {
  return {
    id: newId('cnli'),
    object: 'credit_note_line_item',
    amount: 0,
    description: given.description ?? null,
    discount_amount: 0,
    discount_amounts: [],
    livemode: false,
    metadata: mergeMetadata({}, given.metadata ?? null),
    pretax_credit_amounts: [],
    quantity: null,
    tax_rates: [],
    taxes: [],
    type: given.type,
    unit_amount: null,
    unit_amount_decimal: null,
  };
}
