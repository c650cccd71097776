import type { Context } from '../../core/context';
import { formatAmount } from './amounts';
import { UI, type Page } from './layout';
import { markup } from './markup';
import type { PageRequest } from './page-request';
import { dataTable, further, moment, reference } from './parts';
import { customerLink } from './payments-list';
import { sliceOf } from './slice';
import { idOf } from '../../core/references';

export function subscriptionsPage(ctx: Context, { query }: PageRequest): Page {
  const { rows, next } = sliceOf(ctx.tx.table('subscriptions'), { after: query.get('after') });
  return {
    title: 'Subscriptions',
    body: markup`${dataTable({
      caption: 'Subscriptions, the newest first',
      columns: ['Subscription', 'Status', 'Customer', 'Created', 'Ends'],
      rows: rows.map((subscription) => [
        reference(subscription.id),
        subscription.status,
        customerLink(ctx, idOf(subscription.customer)),
        moment(subscription.created),
        subscription.cancel_at === null ? null : moment(subscription.cancel_at),
      ]),
      empty: 'There is none.',
    })}
${further(`${UI}/subscriptions`, {}, next)}`,
  };
}

export function invoicesPage(ctx: Context, { query }: PageRequest): Page {
  const { rows, next } = sliceOf(ctx.tx.table('invoices'), { after: query.get('after') });
  return {
    title: 'Invoices',
    body: markup`${dataTable({
      caption: 'Invoices, the newest first',
      columns: ['Invoice', 'Number', 'Status', 'Total', 'Customer', 'Created'],
      rows: rows.map((invoice) => [
        reference(invoice.id),
        invoice.number,
        invoice.status,
        formatAmount(invoice.total, invoice.currency),
        customerLink(ctx, idOf(invoice.customer)),
        moment(invoice.created),
      ]),
      empty: 'There is none.',
    })}
${further(`${UI}/invoices`, {}, next)}`,
  };
}
