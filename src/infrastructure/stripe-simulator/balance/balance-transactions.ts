import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest, resourceMissing } from '../core/errors';
import { listOf, listShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { text } from '../core/schema';
import { asOfNow } from './posting';

const shape = { ...listShape, currency: text(), payout: text(), source: text(), type: text() };

/** The older address still answers. */
export const balanceTransactionRoutes: readonly Route[] = ['/v1/balance_transactions', '/v1/balance/history'].flatMap(
  (url) => [
    route('GET', url, {
      shape,
      handle(ctx, params) {
        const { currency, payout, source, type } = params;
        const paidOut = payout === undefined ? null : transactionsOf(ctx, payout);
        const matches = (row: Stripe.BalanceTransaction): boolean =>
          (currency === undefined || row.currency === currency.toLowerCase()) &&
          (type === undefined || row.type === type) &&
          (paidOut?.has(row.id) ?? true);
        return ok(listOf(ctx, 'balance_transactions', params, { url, where: { source }, matches }));
      },
    }),
    route('GET', `${url}/:id`, {
      shape: {},
      handle(ctx, _params, { id = '' }) {
        const found = ctx.tx.get('balance_transactions', id);
        if (found === undefined) throw resourceMissing('balance transaction', id, 'id');
        return ok(asOfNow(ctx, found));
      },
    }),
  ],
);

function transactionsOf(ctx: Context, payout: string): ReadonlySet<string> {
  const found = ctx.tx.get('payouts', payout);
  if (found === undefined) throw resourceMissing('payout', payout, 'payout', 400);
  // Nothing tells which money a payout took that somebody asked for.
  if (!found.automatic) {
    throw invalidRequest('Balance transaction history can only be filtered on automatic transfers, not manual.');
  }
  return new Set(ctx.tx.where('paid_out', 'payout', payout).map(({ id }) => id));
}
