import type Stripe from 'stripe';
import type { Context, Inclusion } from '../core/context';
import { emit } from '../core/emit';
import { resourceMissing } from '../core/errors';
import { newId } from '../core/ids';
import { listOf, pageShape, sublist } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { text } from '../core/schema';
import { onClockOf } from '../core/test-time';
import { findCustomer } from '../payments/find-customer';

const CUSTOMERS = '/v1/customers';
const PATTERN = `${CUSTOMERS}/:customer/tax_ids`;

export const taxIdInclusions: Readonly<Record<string, Inclusion>> = {
  'customer.tax_ids': (ctx, { id }) => sublist(ctx.tx.where('tax_ids', 'customer', id), `${CUSTOMERS}/${id}/tax_ids`),
};

function findTaxId(ctx: Context, customer: string, id: string): Stripe.TaxId {
  const found = ctx.tx.get('tax_ids', id);
  if (found?.customer !== customer) throw resourceMissing('tax_id', id, 'id');
  return found;
}

/** `eu_vat` of `DE123456789` is of Germany, `gb_vat` of Great Britain. */
function countryOf(type: string, value: string): string | null {
  const country = (type.startsWith('eu_') ? value : type).slice(0, 2).toUpperCase();
  return /^[A-Z]{2}$/.test(country) ? country : null;
}

export const customerTaxIdRoutes: readonly Route[] = [
  route('POST', PATTERN, {
    shape: { type: text(), value: text() },
    required: ['type', 'value'],
    handle(request, { type, value }, { customer = '' }) {
      findCustomer(request, customer, 'customer', 404);
      const ctx = onClockOf(request, customer);
      const taxId: Stripe.TaxId = {
        id: newId('txi'),
        object: 'tax_id',
        country: countryOf(type, value),
        created: ctx.clock.now(),
        customer,
        customer_account: null,
        livemode: false,
        owner: { customer, customer_account: null, type: 'customer' },
        type,
        value,
        verification: { status: 'pending', verified_address: null, verified_name: null },
      };
      ctx.tx.put('tax_ids', taxId);
      emit(ctx, 'customer.tax_id.created', taxId);
      return ok(taxId);
    },
  }),
  route('GET', PATTERN, {
    shape: pageShape,
    handle(ctx, params, { customer: id = '' }) {
      const customer = findCustomer(ctx, id, 'customer', 404).id;
      return ok(listOf(ctx, 'tax_ids', params, { url: `${CUSTOMERS}/${id}/tax_ids`, where: { customer } }));
    },
  }),
  route('GET', `${PATTERN}/:id`, {
    shape: {},
    handle: (ctx, _params, { customer = '', id = '' }) => ok(findTaxId(ctx, customer, id)),
  }),
  route('DELETE', `${PATTERN}/:id`, {
    shape: {},
    handle(ctx, _params, { customer = '', id = '' }) {
      const taxId = findTaxId(ctx, customer, id);
      ctx.tx.delete('tax_ids', id);
      emit(onClockOf(ctx, customer), 'customer.tax_id.deleted', taxId);
      return ok({ id, object: 'tax_id', deleted: true });
    },
  }),
  route('DELETE', `${CUSTOMERS}/:customer/discount`, {
    shape: {},
    handle(ctx, _params, { customer: id = '' }) {
      const customer = findCustomer(ctx, id, 'customer', 404);
      const discount = ctx.tx.where('discounts', 'customer', id).find((row) => row.id === customer.discount?.id);
      if (discount === undefined) throw resourceMissing('active discount for customer', id, 'customer');
      ctx.tx.put('customers', { ...customer, discount: null });
      emit(onClockOf(ctx, id), 'customer.discount.deleted', discount);
      return ok({ ...discount, deleted: true });
    },
  }),
];
