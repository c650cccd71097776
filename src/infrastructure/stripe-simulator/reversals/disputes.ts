import type Stripe from 'stripe';
import { asOfNow } from '../balance/posting';
import type { Context } from '../core/context';
import { resourceMissing } from '../core/errors';
import { listOf, listShape } from '../core/lists';
import { present } from '../core/present';
import { ok, route, type Answer, type Route } from '../core/router';
import { text } from '../core/schema';
import { acceptDispute } from './dispute-decision';
import { disputeUpdateShape, updateDispute } from './evidence';

const URL = '/v1/disputes';

function find(ctx: Context, id: string): Stripe.Dispute {
  const found = ctx.tx.get('disputes', id);
  if (found === undefined) throw resourceMissing('dispute', id, 'dispute');
  return found;
}

function answer(ctx: Context, dispute: Stripe.Dispute): Answer {
  return ok(present(ctx, 'disputes', dispute));
}

/** A dispute shows its balance transactions whole, and so their status. */
export function disputeAsOfNow(ctx: Context, dispute: Stripe.Dispute): Stripe.Dispute {
  return { ...dispute, balance_transactions: dispute.balance_transactions.map((one) => asOfNow(ctx, one)) };
}

export const disputeRoutes: readonly Route[] = [
  route('GET', URL, {
    shape: { ...listShape, charge: text(), payment_intent: text() },
    handle(ctx, params) {
      const { charge, payment_intent: intent } = params;
      return ok(listOf(ctx, 'disputes', params, { url: URL, where: { charge, payment_intent: intent } }));
    },
  }),
  route('GET', `${URL}/:id`, { shape: {}, handle: (ctx, _params, { id = '' }) => answer(ctx, find(ctx, id)) }),
  route('POST', `${URL}/:id`, {
    shape: disputeUpdateShape,
    handle: (ctx, params, { id = '' }) => answer(ctx, updateDispute(ctx, find(ctx, id), params)),
  }),
  route('POST', `${URL}/:id/close`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => answer(ctx, acceptDispute(ctx, find(ctx, id))),
  }),
];
