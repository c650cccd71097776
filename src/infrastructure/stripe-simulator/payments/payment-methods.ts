import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, resourceMissing } from '../core/errors';
import { listOf, listShape, pageShape, type ListAnswer, type ListParams } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { mergeMetadata, oneOf, text, unsupported } from '../core/schema';
import { checkExpiry } from './card-method';
import { findCustomer } from './find-customer';
import { attachPaymentMethod, detachPaymentMethod } from './method-owner';
import { createPaymentMethod, findPaymentMethod, mergeBillingDetails } from './payment-method';
import { createMethodShape, updateMethodShape, type UpdateMethodParams } from './payment-method-params';

const URL = '/v1/payment_methods';
const OF_CUSTOMER = '/v1/customers/:customer/payment_methods';

const filterShape = {
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  customer_account: unsupported,
  type: text(),
};

interface Filter extends ListParams {
  allow_redisplay?: string;
  type?: string;
}

function listFor(ctx: Context, customer: string, params: Filter, url: string): ListAnswer<Stripe.PaymentMethod> {
  const { allow_redisplay: redisplay, type } = params;
  const matches = (row: Stripe.PaymentMethod): boolean =>
    (type === undefined || row.type === type) && (redisplay === undefined || row.allow_redisplay === redisplay);
  return listOf(ctx, 'payment_methods', params, { url, where: { customer }, matches });
}

function updateMethod(ctx: Context, method: Stripe.PaymentMethod, params: UpdateMethodParams): Stripe.PaymentMethod {
  const updated: Stripe.PaymentMethod = {
    ...method,
    allow_redisplay: params.allow_redisplay ?? method.allow_redisplay ?? 'unspecified',
    billing_details: mergeBillingDetails(method.billing_details, params.billing_details),
    ...(params.card === undefined ? {} : { card: newExpiry(ctx, method, params.card) }),
    metadata: params.metadata === undefined ? method.metadata : mergeMetadata(method.metadata ?? {}, params.metadata),
  };
  ctx.tx.put('payment_methods', updated);
  emit(ctx, 'payment_method.updated', updated, previousAttributes(method, updated));
  return updated;
}

function newExpiry(
  ctx: Context,
  { card, type }: Stripe.PaymentMethod,
  change: NonNullable<UpdateMethodParams['card']>,
): Stripe.PaymentMethod.Card {
  if (card === undefined) {
    throw invalidRequest(`You cannot update \`card\` of a PaymentMethod of type ${type}.`, { param: 'card' });
  }
  return { ...card, ...checkExpiry(ctx, change.exp_month ?? card.exp_month, change.exp_year ?? card.exp_year) };
}

export const paymentMethodRoutes: readonly Route[] = [
  route('POST', URL, {
    shape: createMethodShape,
    required: ['type'],
    publishable: true,
    check({ customer }) {
      if (customer === undefined) return;
      throw invalidRequest(
        'You cannot attach a PaymentMethod to a Customer during PaymentMethod creation. Please instead create the PaymentMethod and then attach it using the attachment method of the PaymentMethods API.',
      );
    },
    handle: (ctx, params) => ok(createPaymentMethod(ctx, params)),
  }),
  route('GET', URL, {
    shape: { ...listShape, ...filterShape, customer: text() },
    handle(ctx, params) {
      const { customer } = params;
      // Without a customer there is nothing to list: methods of nobody are not kept for anybody.
      if (customer === undefined) return ok({ object: 'list', data: [], has_more: false, url: URL });
      findCustomer(ctx, customer);
      return ok(listFor(ctx, customer, params, URL));
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(findPaymentMethod(ctx, id)),
  }),
  route('POST', `${URL}/:id`, {
    shape: updateMethodShape,
    handle: (ctx, params, { id = '' }) => ok(updateMethod(ctx, findPaymentMethod(ctx, id), params)),
  }),
  route('POST', `${URL}/:id/attach`, {
    shape: { customer: text(), customer_account: unsupported },
    handle(ctx, { customer }, { id = '' }) {
      if (customer !== undefined) return ok(attachPaymentMethod(ctx, id, customer, 404));
      throw invalidRequest('Must provide customer or customer_account.', { code: 'parameter_missing' });
    },
  }),
  route('POST', `${URL}/:id/detach`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(detachPaymentMethod(ctx, findPaymentMethod(ctx, id))),
  }),
  route('GET', OF_CUSTOMER, {
    shape: { ...pageShape, ...filterShape },
    handle(ctx, params, { customer = '' }) {
      findCustomer(ctx, customer, 'id', 404);
      return ok(listFor(ctx, customer, params, `/v1/customers/${customer}/payment_methods`));
    },
  }),
  route('GET', `${OF_CUSTOMER}/:id`, {
    shape: {},
    handle(ctx, _params, { customer = '', id = '' }) {
      findCustomer(ctx, customer, 'id', 404);
      const method = findPaymentMethod(ctx, id);
      if (method.customer === customer) return ok(method);
      throw resourceMissing('PaymentMethod', id, 'payment_method');
    },
  }),
];
