import type Stripe from 'stripe';
import { resourceMissing } from '../core/errors';
import { listOf, listShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { text } from '../core/schema';
import { asOfNow } from './balance-transaction';

const URL = '/v1/balance_transactions';

export const balanceTransactionRoutes: readonly Route[] = [
  route('GET', URL, {
    shape: { ...listShape, currency: text(), source: text(), type: text() },
    handle(ctx, params) {
      const { currency, source, type } = params;
      const matches = (row: Stripe.BalanceTransaction): boolean =>
        (currency === undefined || row.currency === currency) && (type === undefined || row.type === type);
      return ok(listOf(ctx, 'balance_transactions', params, { url: URL, where: { source }, matches }));
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      const found = ctx.tx.get('balance_transactions', id);
      if (found === undefined) throw resourceMissing('balance transaction', id, 'id');
      return ok(asOfNow(ctx, found));
    },
  }),
];
