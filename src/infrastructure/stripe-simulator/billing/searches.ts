import type { Route } from '../core/router';
import { searchRoute } from '../core/search';
import { subscriptionOf } from './find-invoice';

/** What of the catalogue and of the invoices can be searched for. */
export const billingSearchRoutes: readonly Route[] = [
  searchRoute({
    table: 'invoices',
    url: '/v1/invoices/search',
    resource: 'invoices',
    fields: {
      created: 'numeric',
      currency: 'token',
      customer: 'token',
      last_finalization_error_code: 'token',
      last_finalization_error_type: 'token',
      number: 'string',
      receipt_number: 'string',
      status: 'token',
      subscription: 'token',
      total: 'numeric',
    },
    readField(row, field) {
      if (field === 'subscription') return subscriptionOf(row);
      if (field === 'last_finalization_error_code') return row.last_finalization_error?.code ?? null;
      if (field === 'last_finalization_error_type') return row.last_finalization_error?.type ?? null;
      return undefined;
    },
  }),
  searchRoute({
    table: 'prices',
    url: '/v1/prices/search',
    resource: 'prices',
    fields: {
      active: 'token',
      currency: 'token',
      lookup_key: 'string',
      product: 'token',
      type: 'token',
    },
  }),
  searchRoute({
    table: 'products',
    url: '/v1/products/search',
    resource: 'products',
    fields: { active: 'token', description: 'string', name: 'string', shippable: 'token', url: 'string' },
  }),
];
