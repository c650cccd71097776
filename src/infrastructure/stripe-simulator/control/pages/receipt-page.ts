import type { Context } from '../../core/context';
import { linesOf } from '../../billing/invoice-lines';
import { formatAmount } from './amounts';
import type { Page } from './layout';
import { markup } from './markup';
import { notFound, type PageRequest } from './page-request';
import { dataTable, facts, moment } from './parts';
import { idOf } from '../../core/references';

/** Where a charge's `receipt_url` leads. */
export function receiptPage(ctx: Context, { values: { id = '' } }: PageRequest): Page {
  const charge = ctx.tx.get('charges', id);
  if (charge?.paid !== true) throw notFound('receipt of a charge', id);
  const { currency, payment_method_details: method } = charge;
  return {
    title: `Receipt for ${formatAmount(charge.amount, currency)}`,
    forCustomer: true,
    body: markup`<p>This receipt is a simulator's. No money was moved.</p>
${facts([
  ['Paid', formatAmount(charge.amount_captured, currency)],
  ['Refunded', charge.amount_refunded === 0 ? null : formatAmount(charge.amount_refunded, currency)],
  ['On', moment(charge.created)],
  ['For', charge.description],
  [
    'By',
    method?.card === undefined ? (method?.type ?? null) : `${method.card.brand ?? 'card'} ${method.card.last4 ?? ''}`,
  ],
  ['Charge', charge.id],
])}`,
  };
}

/** Where an invoice's `hosted_invoice_url` leads; it can be looked at there, not paid. */
export function invoicePage(ctx: Context, { values: { id = '' } }: PageRequest): Page {
  const invoice = ctx.tx.get('invoices', id);
  if (invoice === undefined) throw notFound('invoice', id);
  const { currency } = invoice;
  return {
    title: `Invoice ${invoice.number ?? id}`,
    forCustomer: true,
    body: markup`<p>This invoice is a simulator's. It asks for no money.</p>
${facts([
  ['Status', invoice.status],
  ['To', invoice.customer_name ?? invoice.customer_email ?? idOf(invoice.customer)],
  ['Made', moment(invoice.created)],
  ['Due', invoice.due_date === null ? null : moment(invoice.due_date)],
  ['Total', formatAmount(invoice.total, currency)],
  ['Still to be paid', formatAmount(invoice.amount_remaining, currency)],
])}
${dataTable({
  caption: 'What it is for',
  columns: ['Line', 'Quantity', 'Amount'],
  rows: linesOf(ctx, id).map((line) => [
    line.description ?? line.id,
    line.quantity,
    formatAmount(line.amount, line.currency),
  ]),
  empty: 'It has no lines.',
})}`,
  };
}
