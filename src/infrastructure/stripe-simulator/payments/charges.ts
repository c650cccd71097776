import { resourceMissing } from '../core/errors';
import { listOf, listShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { text } from '../core/schema';

const URL = '/v1/charges';

export const chargeRoutes: readonly Route[] = [
  route('GET', URL, {
    shape: { ...listShape, customer: text(), payment_intent: text() },
    handle(ctx, params) {
      const { customer, payment_intent: intent } = params;
      if (intent !== undefined && ctx.tx.get('payment_intents', intent) === undefined) {
        throw resourceMissing('payment_intent', intent, 'payment_intent', 400);
      }
      return ok(listOf(ctx, 'charges', params, { url: URL, where: { payment_intent: intent, customer } }));
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      const found = ctx.tx.get('charges', id);
      if (found === undefined) throw resourceMissing('charge', id, 'id');
      return ok(found);
    },
  }),
];
