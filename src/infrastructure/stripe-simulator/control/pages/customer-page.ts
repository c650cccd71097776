import type { Context } from '../../core/context';
import { listOf } from '../../core/lists';
import { UI, type Page } from './layout';
import { markup } from './markup';
import { notFound, type PageRequest } from './page-request';
import { code, facts, further, section } from './parts';
import { paymentsTable } from './payments-list';
import { customerName } from './words';

export function customerPage(ctx: Context, { values: { id = '' }, query }: PageRequest): Page {
  const customer = ctx.tx.get('customers', id);
  if (customer === undefined) throw notFound('customer', id);
  const after = query.get('after');
  const page = listOf(
    ctx,
    'payment_intents',
    { limit: 25, ...(after === null ? {} : { starting_after: after }) },
    { url: '', where: { customer: id } },
  );
  const last = page.data.at(-1);
  return {
    title: `Customer ${customerName(ctx, id)}`,
    body: markup`${facts([
      ['Id', code(id)],
      ['Email', customer.deleted === true ? null : customer.email],
      ['Deleted', customer.deleted === true ? 'yes' : null],
    ])}
${section('Payments', [
  paymentsTable(ctx, "The customer's payments, the newest first", page.data, 'There is none.'),
  further(`${UI}/customers/${encodeURIComponent(id)}`, {}, page.has_more && last !== undefined ? last.id : null),
])}`,
  };
}
