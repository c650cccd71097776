import { resourceMissing } from '../errors';
import { listPage, listShape } from '../lists';
import { ok, route, type Route } from '../router';
import { text } from '../schema';
import { asOfNow } from './balance-transaction';

const URL = '/v1/balance_transactions';

export const balanceTransactionRoutes: readonly Route[] = [
  route('GET', URL, {
    shape: { ...listShape, currency: text(), source: text(), type: text() },
    handle(ctx, params) {
      const page = listPage(
        ctx.tx.table('balance_transactions'),
        URL,
        params,
        (row) =>
          (params.currency === undefined || row.currency === params.currency) &&
          (params.source === undefined || row.source === params.source) &&
          (params.type === undefined || row.type === params.type),
      );
      return ok({ ...page, data: page.data.map((row) => asOfNow(ctx, row)) });
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
