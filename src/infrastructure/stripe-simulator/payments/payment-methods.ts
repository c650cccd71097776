import { resourceMissing } from '../core/errors';
import { ok, route, type Route } from '../core/router';

export const paymentMethodRoutes: readonly Route[] = [
  route('GET', '/v1/payment_methods/:id', {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      const found = ctx.tx.get('payment_methods', id);
      if (found === undefined) throw resourceMissing('PaymentMethod', id, 'payment_method');
      return ok(found);
    },
  }),
];
