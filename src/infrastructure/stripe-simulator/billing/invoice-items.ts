import type Stripe from 'stripe';
import { inRange, listOf, listShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { flag, text } from '../core/schema';
import { atCustomer } from '../subscriptions/customer-clock';
import { idOf } from '../core/references';
import { findInvoice } from './find-invoice';
import { createItem, deleteItem, findItem, updateItem } from './invoice-item';
import { createItemShape, updateItemShape } from './item-params';

const URL = '/v1/invoiceitems';

export const invoiceItemRoutes: readonly Route[] = [
  route('POST', URL, {
    shape: createItemShape,
    handle(ctx, params) {
      const of =
        params.customer ?? (params.invoice === undefined ? null : idOf(findInvoice(ctx, params.invoice).customer));
      return ok(createItem(atCustomer(ctx, of), params));
    },
  }),
  route('GET', URL, {
    shape: { ...listShape, customer: text(), invoice: text(), pending: flag },
    handle(ctx, params) {
      const { created, customer, invoice, pending, ...page } = params;
      const matches = (row: Stripe.InvoiceItem): boolean =>
        inRange(row.date, created) && (pending === undefined || (row.invoice === null) === pending);
      return ok(listOf(ctx, 'invoice_items', page, { url: URL, where: { invoice, customer }, matches }));
    },
  }),
  route('GET', `${URL}/:id`, { shape: {}, handle: (ctx, _params, { id = '' }) => ok(findItem(ctx, id)) }),
  route('POST', `${URL}/:id`, {
    shape: updateItemShape,
    handle(ctx, params, { id = '' }) {
      const item = findItem(ctx, id);
      return ok(updateItem(atCustomer(ctx, idOf(item.customer)), item, params));
    },
  }),
  route('DELETE', `${URL}/:id`, {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      const item = findItem(ctx, id);
      return ok(deleteItem(atCustomer(ctx, idOf(item.customer)), item));
    },
  }),
];
