import type Stripe from 'stripe';
import type { Context } from '../../core/context';
import { formatAmount } from './amounts';
import { UI, type Page } from './layout';
import { markup, type Markup, type Piece } from './markup';
import type { PageRequest } from './page-request';
import { button, choice, dataTable, field, further, moment, reference } from './parts';
import { sliceOf } from './slice';
import { idOf } from '../../core/references';
import { afterwards, customerName, PAYMENT_STATUSES, paymentStatus, wordsOfStatus } from './words';

const PATH = `${UI}/payments`;

export function paymentsTable(
  ctx: Context,
  caption: string,
  intents: readonly Stripe.PaymentIntent[],
  empty: Piece,
): Markup {
  return dataTable({
    caption,
    columns: ['Payment', 'Amount', 'Status', 'Customer', 'Created', 'Afterwards'],
    rows: intents.map((intent) => [
      reference(intent.id),
      formatAmount(intent.amount, intent.currency),
      paymentStatus(intent),
      customerLink(ctx, idOf(intent.customer)),
      moment(intent.created),
      afterwards(ctx, intent),
    ]),
    empty,
  });
}

export function customerLink(ctx: Context, id: string | null): Piece {
  if (id === null) return null;
  return markup`<a href="${UI}/customers/${encodeURIComponent(id)}">${customerName(ctx, id)}</a>`;
}

/** By status, and by the id of anything that belongs to a payment. */
export function paymentSearch(status: string): Markup {
  const statuses = Object.entries(PAYMENT_STATUSES).map(([name, [words]]) => [name, words] as const);
  return markup`<form class="row" method="get" action="${PATH}">${choice({
    id: 'status',
    name: 'status',
    label: 'Status',
    value: status,
    options: [['', 'all'], ...statuses],
  })}${button('Filter')}</form>
<form class="row" method="get" action="${UI}/find">${field({
    id: 'id',
    name: 'id',
    label: 'Id of a payment, or of what belongs to one',
    required: true,
  })}${button('Look up')}</form>`;
}

export function paymentsPage(ctx: Context, { query }: PageRequest): Page {
  const status = Object.keys(PAYMENT_STATUSES).find((known) => known === query.get('status')) ?? null;
  const { rows, next } = sliceOf(ctx.tx.table('payment_intents'), {
    after: query.get('after'),
    matches: (intent) => status === null || intent.status === status,
  });
  const empty =
    next === null ? 'There is none.' : 'None among the rows looked at; there are older ones to be looked through.';
  return {
    title: 'Payments',
    body: markup`${paymentSearch(status ?? '')}
${paymentsTable(ctx, status === null ? 'Payments, the newest first' : `Payments: ${wordsOfStatus(status)[0]}`, rows, empty)}
${further(PATH, status === null ? {} : { status }, next)}`,
  };
}
