import type Stripe from 'stripe';
import { resourceMissing } from '../core/errors';
import { listOf, listShape, sublist } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { text } from '../core/schema';
import { searchRoute } from '../core/search';
import type { Inclusion } from '../core/context';
import { createCustomer, deleteCustomer, deletedCustomer, updateCustomer } from './customer';
import { createCustomerShape, updateCustomerShape } from './customer-params';
import { findCustomer } from './find-customer';

const URL = '/v1/customers';

/** Legacy sources are not simulated, so there are none. */
export const customerInclusions: Readonly<Record<string, Inclusion>> = {
  'customer.sources': (_ctx, { id }) => sublist([], `${URL}/${id}/sources`),
};

export const customerRoutes: readonly Route[] = [
  searchRoute({
    table: 'customers',
    url: `${URL}/search`,
    resource: 'customers',
    fields: { created: 'numeric', email: 'string', name: 'string', phone: 'string' },
    isShown: (row) => row.deleted !== true,
  }),
  route('POST', URL, {
    shape: createCustomerShape,
    handle: (ctx, params) => ok(createCustomer(ctx, params)),
  }),
  route('GET', URL, {
    shape: { ...listShape, email: text({ max: 512 }), test_clock: text() },
    handle(ctx, params) {
      const { email, test_clock: testClock } = params;
      // Those on a test clock are shown only to who asks for that clock.
      const matches = (row: Stripe.Customer | { deleted: true }): boolean =>
        row.deleted !== true && (testClock !== undefined || row.test_clock === null);
      return ok(listOf(ctx, 'customers', params, { url: URL, where: { test_clock: testClock, email }, matches }));
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      const found = ctx.tx.get('customers', id);
      if (found === undefined) throw resourceMissing('customer', id, 'id');
      return ok(found.deleted === true ? deletedCustomer(id) : found);
    },
  }),
  route('POST', `${URL}/:id`, {
    shape: updateCustomerShape,
    handle: (ctx, params, { id = '' }) => ok(updateCustomer(ctx, findCustomer(ctx, id, 'id', 404), params)),
  }),
  route('DELETE', `${URL}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(deleteCustomer(ctx, findCustomer(ctx, id, 'id', 404))),
  }),
];
