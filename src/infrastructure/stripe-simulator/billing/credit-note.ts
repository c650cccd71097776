import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest, resourceMissing } from '../core/errors';
import { newId } from '../core/ids';
import { sublist } from '../core/lists';
import { mergeMetadata } from '../core/schema';
import { displayAmount } from '../payments/currencies';
import { creditedLines, creditLines } from './credit-note-lines';
import type { CreditNoteParams } from './credit-note-params';
import { idOf } from '../core/references';
import { customerOf, findInvoice } from './find-invoice';

export function findNote(ctx: Context, id: string): Stripe.CreditNote {
  const found = ctx.tx.get('credit_notes', id);
  if (found === undefined) throw resourceMissing('credit note', id, 'id');
  return found;
}

/** The credit note that a request asks for, before anything is done about it. */
export function proposedNote(ctx: Context, params: CreditNoteParams): Stripe.CreditNote {
  const invoice = findInvoice(ctx, params.invoice, 'invoice', 400);
  if (invoice.status === 'draft' || invoice.status === 'void') {
    throw invalidRequest('You can only create credit notes for invoices that are open, paid or uncollectible.', {
      param: 'invoice',
    });
  }
  const earlier = ctx.tx.where('credit_notes', 'invoice', invoice.id);
  const issued = earlier.filter(({ status }) => status === 'issued');
  const lines = creditLines(ctx, invoice, params, creditedLines(issued));
  const sums = sumsOf(lines);
  checkTotal(invoice, params, sums.total);
  const pre = Math.min(sums.total, invoice.amount_remaining);
  const post = sums.total - pre;
  checkPostPayment(ctx, invoice, params, post);
  const id = newId('cn');
  return {
    ...sums,
    id,
    object: 'credit_note',
    amount: sums.total,
    amount_shipping: 0,
    created: ctx.clock.now(),
    currency: invoice.currency,
    customer: customerOf(invoice),
    customer_account: null,
    customer_balance_transaction: null,
    effective_at: params.effective_at ?? ctx.clock.now(),
    invoice: invoice.id,
    lines: sublist(lines, `/v1/credit_notes/${id}/lines`),
    livemode: false,
    memo: params.memo ?? null,
    metadata: mergeMetadata({}, params.metadata ?? null),
    number: `${invoice.number ?? ''}-CN-${String(earlier.length + 1).padStart(2, '0')}`,
    out_of_band_amount: params.out_of_band_amount ?? null,
    pdf: `${ctx.publicUrl}/_simulator/credit_notes/${id}/pdf`,
    post_payment_amount: post,
    pre_payment_amount: pre,
    reason: params.reason ?? null,
    refunds: [],
    shipping_cost: null,
    status: 'issued',
    type: noteType(pre, post),
    voided_at: null,
  };
}

type Sums = Pick<
  Stripe.CreditNote,
  | 'discount_amount'
  | 'discount_amounts'
  | 'pretax_credit_amounts'
  | 'subtotal'
  | 'subtotal_excluding_tax'
  | 'total'
  | 'total_excluding_tax'
  | 'total_taxes'
>;

function sumsOf(lines: readonly Stripe.CreditNoteLineItem[]): Sums {
  const taxes = lines.flatMap((line) => line.taxes ?? []);
  const amount = sum(lines);
  const discounts = lines.flatMap((line) => line.discount_amounts);
  const exclusive = sum(taxes.filter((tax) => tax.tax_behavior === 'exclusive'));
  const inclusive = sum(taxes.filter((tax) => tax.tax_behavior === 'inclusive'));
  const net = amount - sum(discounts);
  return {
    discount_amount: sum(discounts),
    discount_amounts: merged(discounts, ({ discount }) => idOf(discount) ?? ''),
    pretax_credit_amounts: merged(
      lines.flatMap((line) => line.pretax_credit_amounts),
      ({ discount }) => idOf(discount) ?? '',
    ),
    subtotal: amount,
    subtotal_excluding_tax: amount - inclusive,
    total: net + exclusive,
    total_excluding_tax: net - inclusive,
    total_taxes: merged(taxes, (tax) => tax.tax_rate_details?.tax_rate ?? '', addTaxable),
  };
}

function addTaxable(into: Stripe.CreditNoteLineItem.Tax, tax: Stripe.CreditNoteLineItem.Tax): object {
  return { taxable_amount: (into.taxable_amount ?? 0) + (tax.taxable_amount ?? 0) };
}

function merged<T extends { amount: number }>(
  parts: readonly T[],
  key: (part: T) => string,
  also: (into: T, part: T) => object = () => ({}),
): T[] {
  const sums = new Map<string, T>();
  for (const part of parts) {
    const into = sums.get(key(part));
    sums.set(
      key(part),
      into === undefined ? part : { ...into, ...also(into, part), amount: into.amount + part.amount },
    );
  }
  return [...sums.values()];
}

function sum(parts: readonly { amount: number }[]): number {
  return parts.reduce((total, { amount }) => total + amount, 0);
}

function noteType(pre: number, post: number): Stripe.CreditNote.Type {
  if (pre > 0 && post > 0) return 'mixed';
  return post > 0 ? 'post_payment' : 'pre_payment';
}

/** All credit notes together give back no more than the invoice asked for. */
function checkTotal(invoice: Stripe.Invoice, params: CreditNoteParams, total: number): void {
  if (params.amount !== undefined && params.amount !== total) {
    throw invalidRequest(
      `The credit note amount (${displayAmount(params.amount, invoice.currency)}) must equal the sum of its lines (${displayAmount(total, invoice.currency)}).`,
      { param: 'amount' },
    );
  }
  const before = invoice.pre_payment_credit_notes_amount + invoice.post_payment_credit_notes_amount;
  const left = invoice.amount_remaining + invoice.amount_paid - invoice.post_payment_credit_notes_amount;
  if (total <= 0 || total > left || before + total > invoice.total) {
    throw invalidRequest(
      `The credit note total (${displayAmount(total, invoice.currency)}) exceeds the amount of the invoice that can still be credited (${displayAmount(Math.max(left, 0), invoice.currency)}).`,
      { param: 'amount' },
    );
  }
}

function checkPostPayment(ctx: Context, invoice: Stripe.Invoice, params: CreditNoteParams, post: number): void {
  const linked = (params.refunds ?? []).map(({ amount_refunded: amount, refund }, at) => {
    const found = ctx.tx.get('refunds', refund ?? '');
    if (found === undefined) throw resourceMissing('refund', refund ?? '', `refunds[${String(at)}][refund]`, 400);
    return { amount: amount ?? found.amount };
  });
  const given =
    (params.refund_amount ?? 0) + sum(linked) + (params.credit_amount ?? 0) + (params.out_of_band_amount ?? 0);
  if (given === post) return;
  throw invalidRequest(
    `The sum of refunds, credit amount, and out of band amount (${displayAmount(given, invoice.currency)}) must equal the credit note post_payment_amount (${displayAmount(post, invoice.currency)}).`,
  );
}
