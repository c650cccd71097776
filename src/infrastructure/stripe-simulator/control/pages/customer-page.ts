import type Stripe from 'stripe';
import type { Context } from '../../core/context';
import { UI, type Page } from './layout';
import { markup } from './markup';
import { notFound, type PageRequest } from './page-request';
import { code, facts, further, section } from './parts';
import { paymentsTable } from './payments-list';
import type { Slice } from './slice';
import { customerName } from './words';

const SIZE = 25;

export function customerPage(ctx: Context, { values: { id = '' }, query }: PageRequest): Page {
  const customer = ctx.tx.get('customers', id);
  if (customer === undefined) throw notFound('customer', id);
  const { rows, next } = paymentsOf(ctx, id, query.get('after'));
  return {
    title: `Customer ${customerName(ctx, id)}`,
    body: markup`${facts([
      ['Id', code(id)],
      ['Email', customer.deleted === true ? null : customer.email],
      ['Deleted', customer.deleted === true ? 'yes' : null],
    ])}
${section('Payments', [
  paymentsTable(ctx, "The customer's payments, the newest first", rows, 'There is none.'),
  further(`${UI}/customers/${encodeURIComponent(id)}`, {}, next),
])}`,
  };
}

/** By the index alone: a customer may have most of all payments. */
function paymentsOf({ tx }: Context, customer: string, after: string | null): Slice<Stripe.PaymentIntent> {
  const all = tx.table('payment_intents').where('customer', customer);
  const end = after === null ? all.length : all.findIndex(({ id }) => id === after);
  const rows = all.slice(Math.max(end - SIZE, 0), Math.max(end, 0)).reverse();
  return { rows, next: end > SIZE ? (rows.at(-1)?.id ?? null) : null };
}
