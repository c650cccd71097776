import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { resourceMissing } from '../core/errors';
import { newId } from '../core/ids';
import { listOf, listShape } from '../core/lists';
import { pick } from '../core/pick';
import { ok, route, type Route } from '../core/router';
import { flag, mergeMetadata, metadata, oneOf, text } from '../core/schema';
import { hasAll } from './page';
import { decimalParam } from './params';

const URL = '/v1/tax_rates';

const described = {
  active: flag,
  country: text({ max: 2 }),
  description: text(),
  display_name: text({ max: 50 }),
  jurisdiction: text({ max: 50 }),
  metadata,
  state: text(),
  tax_type: oneOf(
    'amusement_tax',
    'communications_tax',
    'gst',
    'hst',
    'igst',
    'jct',
    'lease_tax',
    'pst',
    'qst',
    'retail_delivery_fee',
    'rst',
    'sales_tax',
    'service_tax',
    'vat',
  ),
};
const DESCRIBED = ['active', 'country', 'description', 'display_name', 'jurisdiction', 'state', 'tax_type'] as const;

export function findTaxRate(ctx: Context, id: string, param = 'tax_rate', status: 400 | 404 = 400): Stripe.TaxRate {
  const found = ctx.tx.get('tax_rates', id);
  if (found === undefined) throw resourceMissing('tax rate', id, param, status);
  return found;
}

export const taxRateRoutes: readonly Route[] = [
  route('POST', URL, {
    shape: { ...described, inclusive: flag, percentage: decimalParam({ places: 4, min: 0, max: 100 }) },
    required: ['display_name', 'inclusive', 'percentage'],
    handle(ctx, params) {
      const rate: Stripe.TaxRate = {
        id: newId('txr'),
        object: 'tax_rate',
        active: true,
        country: null,
        created: ctx.clock.now(),
        description: null,
        effective_percentage: null,
        flat_amount: null,
        jurisdiction: null,
        jurisdiction_level: null,
        livemode: false,
        rate_type: 'percentage',
        state: null,
        tax_type: null,
        ...pick(params, ['active', 'country', 'description', 'jurisdiction', 'state', 'tax_type']),
        display_name: params.display_name,
        inclusive: params.inclusive,
        metadata: mergeMetadata({}, params.metadata ?? null),
        percentage: Number(params.percentage),
      };
      ctx.tx.put('tax_rates', rate);
      emit(ctx, 'tax_rate.created', rate);
      return ok(rate);
    },
  }),
  route('GET', URL, {
    shape: { ...listShape, active: flag, inclusive: flag },
    handle(ctx, params) {
      const { active, inclusive } = params;
      const matches = (row: Stripe.TaxRate): boolean => hasAll(row, { active, inclusive });
      return ok(listOf(ctx, 'tax_rates', params, { url: URL, matches }));
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(findTaxRate(ctx, id, 'tax_rate', 404)),
  }),
  route('POST', `${URL}/:id`, {
    shape: described,
    handle(ctx, params, { id = '' }) {
      const before = findTaxRate(ctx, id, 'tax_rate', 404);
      const after: Stripe.TaxRate = {
        ...before,
        ...pick(params, DESCRIBED),
        ...(params.metadata === undefined ? {} : { metadata: mergeMetadata(before.metadata ?? {}, params.metadata) }),
      };
      ctx.tx.put('tax_rates', after);
      emit(ctx, 'tax_rate.updated', after, previousAttributes(before, after));
      return ok(after);
    },
  }),
];
