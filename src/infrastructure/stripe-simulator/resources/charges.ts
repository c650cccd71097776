import { resourceMissing } from '../errors';
import { listPage, listShape } from '../lists';
import { ok, route, type Route } from '../router';
import { text } from '../schema';
import { Table } from '../table';
import type { Context } from '../context';
import type Stripe from 'stripe';

const URL = '/v1/charges';

export const chargeRoutes: readonly Route[] = [
  route('GET', URL, {
    shape: { ...listShape, customer: text(), payment_intent: text() },
    handle(ctx, params) {
      const charges =
        params.payment_intent === undefined ? ctx.tx.table('charges') : chargesOf(ctx, params.payment_intent);
      return ok(
        listPage(charges, URL, params, (row) => params.customer === undefined || row.customer === params.customer),
      );
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

/** One payment has few charges; looking for them among all would slow down with their number. */
function chargesOf(ctx: Context, paymentIntent: string): Table<Stripe.Charge> {
  const attempt = ctx.tx.get('attempts', paymentIntent);
  if (attempt === undefined) throw resourceMissing('payment_intent', paymentIntent, 'payment_intent', 400);
  const charges = new Table<Stripe.Charge>();
  for (const id of attempt.charges) {
    const charge = ctx.tx.get('charges', id);
    if (charge !== undefined) charges.put(charge);
  }
  return charges;
}
