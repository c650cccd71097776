import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest, resourceMissing } from '../core/errors';
import { listOf, listShape, sublist } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { flag, integer, mergeMetadata, metadata, oneOf, text, unsupported } from '../core/schema';
import { changeRefund, refundCharge } from './refund';
import { cancelRefund } from './refund-end';
import { chargeToRefund } from './refund-rules';

const URL = '/v1/refunds';

function find(ctx: Context, id: string): Stripe.Refund {
  const found = ctx.tx.get('refunds', id);
  if (found === undefined) throw resourceMissing('refund', id, 'refund');
  return found;
}

const create = route('POST', URL, {
  shape: {
    amount: integer({ min: 1 }),
    charge: text(),
    currency: unsupported,
    customer: unsupported,
    instructions_email: text({ max: 800 }),
    metadata,
    origin: unsupported,
    payment_intent: text(),
    reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
    refund_application_fee: flag,
    reverse_transfer: flag,
  },
  check(params) {
    for (const name of ['refund_application_fee', 'reverse_transfer'] as const) {
      if (params[name] !== true) continue;
      throw invalidRequest(`The charge has neither an application fee nor a transfer, so '${name}' cannot be true.`, {
        param: name,
      });
    }
  },
  handle(ctx, params) {
    const charge = chargeToRefund(ctx, params.charge, params.payment_intent);
    return ok(
      refundCharge(ctx, charge, {
        metadata: mergeMetadata({}, params.metadata ?? null),
        ...(params.amount === undefined ? {} : { amount: params.amount }),
        ...(params.instructions_email === undefined ? {} : { instructionsEmail: params.instructions_email }),
        ...(params.reason === undefined ? {} : { reason: params.reason }),
      }),
    );
  },
});

const update = route('POST', `${URL}/:id`, {
  shape: { metadata },
  handle(ctx, params, { id = '' }) {
    const refund = find(ctx, id);
    if (params.metadata === undefined) return ok(refund);
    const updated = { ...refund, metadata: mergeMetadata(refund.metadata ?? {}, params.metadata) };
    changeRefund(ctx, refund, updated);
    return ok(updated);
  },
});

const cancel = route('POST', `${URL}/:id/cancel`, {
  shape: {},
  handle: (ctx, _params, { id = '' }) => ok(cancelRefund(ctx, find(ctx, id))),
});

export const refundRoutes: readonly Route[] = [
  create,
  update,
  cancel,
  route('GET', URL, {
    shape: { ...listShape, charge: text(), payment_intent: text() },
    handle(ctx, params) {
      const { charge, payment_intent: intent } = params;
      return ok(listOf(ctx, 'refunds', params, { url: URL, where: { charge, payment_intent: intent } }));
    },
  }),
  route('GET', `${URL}/:id`, { shape: {}, handle: (ctx, _params, { id = '' }) => ok(find(ctx, id)) }),
  route('GET', '/v1/charges/:id/refunds', {
    shape: listShape,
    handle(ctx, params, { id = '' }) {
      if (ctx.tx.get('charges', id) === undefined) throw resourceMissing('charge', id, 'charge');
      return ok(listOf(ctx, 'refunds', params, { url: refundsUrl(id), where: { charge: id } }));
    },
  }),
];

/** `charge.refunds`, which is left out unless it is expanded. */
export function refundsOfCharge(ctx: Context, charge: { id: string }): object {
  return sublist(ctx.tx.where('refunds', 'charge', charge.id).reverse(), refundsUrl(charge.id));
}

function refundsUrl(charge: string): string {
  return `/v1/charges/${charge}/refunds`;
}
