import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, resourceMissing } from '../core/errors';
import { createdShape, inRange, listOf, listShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { integer, mergeMetadata, metadata, oneOf, text, unsupported } from '../core/schema';
import { checkCurrency } from '../payments/currencies';
import { bankAccountId } from './account';
import { cancelPayout, requestPayout, reversePayout } from './payout';

const URL = '/v1/payouts';
/** They can be charged with hundredths, or are written so, but banks take whole units only. */
const PAID_OUT_WHOLE: ReadonlySet<string> = new Set(['huf', 'isk', 'twd', 'ugx']);

function find(ctx: Context, id: string): Stripe.Payout {
  const found = ctx.tx.get('payouts', id);
  if (found === undefined) throw resourceMissing('payout', id, 'payout');
  return found;
}

function checkDestination(ctx: Context, destination: string | undefined): void {
  if (destination === undefined || destination === bankAccountId(ctx)) return;
  throw invalidRequest(`No such external account: '${destination}'`, {
    code: 'resource_missing',
    param: 'destination',
  });
}

const create = route('POST', URL, {
  shape: {
    amount: integer({ min: 1 }),
    currency: text(),
    description: text(),
    destination: text(),
    metadata,
    method: oneOf('instant', 'standard'),
    payout_method: unsupported,
    source_type: oneOf('bank_account', 'card', 'fpx'),
    statement_descriptor: text({ max: 22 }),
  },
  required: ['amount', 'currency'],
  check({ amount, currency }) {
    if (!PAID_OUT_WHOLE.has(checkCurrency(currency)) || amount % 100 === 0) return;
    throw invalidRequest(`Payouts in ${currency} must be evenly divisible by 100.`, {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  },
  handle(ctx, params) {
    checkDestination(ctx, params.destination);
    return ok(
      requestPayout(ctx, {
        amount: params.amount,
        currency: checkCurrency(params.currency),
        automatic: false,
        metadata: mergeMetadata({}, params.metadata ?? null),
        ...(params.description === undefined ? {} : { description: params.description }),
        ...(params.method === undefined ? {} : { method: params.method }),
        ...(params.statement_descriptor === undefined ? {} : { statementDescriptor: params.statement_descriptor }),
      }),
    );
  },
});

const list = route('GET', URL, {
  shape: {
    ...listShape,
    arrival_date: createdShape,
    destination: text(),
    status: oneOf('canceled', 'failed', 'in_transit', 'paid', 'pending'),
  },
  handle(ctx, params) {
    const { arrival_date: arrival, destination, status } = params;
    const matches = (row: Stripe.Payout): boolean =>
      (status === undefined || row.status === status) &&
      (destination === undefined || row.destination === destination) &&
      inRange(row.arrival_date, arrival);
    return ok(listOf(ctx, 'payouts', params, { url: URL, matches }));
  },
});

const update = route('POST', `${URL}/:id`, {
  shape: { metadata },
  handle(ctx, params, { id = '' }) {
    const payout = find(ctx, id);
    if (params.metadata === undefined) return ok(payout);
    const before = payout.metadata ?? {};
    const updated = { ...payout, metadata: mergeMetadata(before, params.metadata) };
    ctx.tx.put('payouts', updated);
    emit(ctx, 'payout.updated', updated, { metadata: before });
    return ok(updated);
  },
});

export const payoutRoutes: readonly Route[] = [
  create,
  list,
  update,
  route('GET', `${URL}/:id`, { shape: {}, handle: (ctx, _params, { id = '' }) => ok(find(ctx, id)) }),
  route('POST', `${URL}/:id/cancel`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(cancelPayout(ctx, find(ctx, id))),
  }),
  route('POST', `${URL}/:id/reverse`, {
    shape: { metadata },
    handle: (ctx, params, { id = '' }) =>
      ok(reversePayout(ctx, find(ctx, id), mergeMetadata({}, params.metadata ?? null))),
  }),
];
