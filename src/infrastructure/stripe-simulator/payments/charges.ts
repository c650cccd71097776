import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest, resourceMissing } from '../core/errors';
import { listOf, listShape } from '../core/lists';
import { pick } from '../core/pick';
import { ok, route, type Route } from '../core/router';
import {
  clearable,
  ignored,
  mergeMetadata,
  metadata,
  object,
  oneOf,
  text,
  unsupported,
  type Values,
} from '../core/schema';
import { searchRoute, type FieldType } from '../core/search';
import { mergeAddress, shippingParam } from './contact-params';
import { onRealClock } from '../core/test-time';
import { findCustomer, requireKnownCustomer } from './find-customer';

const URL = '/v1/charges';

const updateShape = {
  customer: text(),
  description: clearable(text()),
  fraud_details: object({ user_report: clearable(oneOf('fraudulent', 'safe')) }),
  metadata,
  receipt_email: clearable(text()),
  shipping: shippingParam,
  transfer_group: clearable(text()),
};

/** What the Charges API took, so that it is refused as a whole and not by its parameters. */
const LEGACY_SHAPE = Object.fromEntries(
  [
    'amount',
    'application_fee',
    'application_fee_amount',
    'capture',
    'currency',
    'customer',
    'description',
    'destination',
    'metadata',
    'on_behalf_of',
    'radar_options',
    'receipt_email',
    'shipping',
    'source',
    'statement_descriptor',
    'statement_descriptor_suffix',
    'transfer_data',
    'transfer_group',
  ].map((name) => [name, ignored]),
);

function findCharge(ctx: Context, id: string): Stripe.Charge {
  const found = ctx.tx.get('charges', id);
  if (found === undefined) throw resourceMissing('charge', id, 'id');
  return found;
}

function updateCharge(request: Context, charge: Stripe.Charge, params: Values<typeof updateShape>): Stripe.Charge {
  const ctx = onRealClock(request);
  if (params.customer !== undefined) findCustomer(ctx, params.customer);
  if (params.customer !== undefined && charge.customer !== null && charge.customer !== params.customer) {
    throw invalidRequest('You cannot change the customer of a charge that has one already.', { param: 'customer' });
  }
  const { fraud_details: report, shipping } = params;
  const updated: Stripe.Charge = {
    ...charge,
    ...pick(params, ['customer', 'description', 'receipt_email', 'transfer_group']),
    ...(report?.user_report === undefined ? {} : { fraud_details: reported(charge, report.user_report) }),
    metadata: params.metadata === undefined ? charge.metadata : mergeMetadata(charge.metadata, params.metadata),
    ...(shipping === undefined
      ? {}
      : {
          shipping: {
            carrier: null,
            phone: null,
            tracking_number: null,
            ...shipping,
            address: mergeAddress(null, shipping.address),
          },
        }),
  };
  const previous = previousAttributes(charge, updated);
  if (Object.keys(previous).length === 0) return charge;
  ctx.tx.put('charges', updated);
  emit(ctx, 'charge.updated', updated, previous);
  return updated;
}

function reported(charge: Stripe.Charge, report: 'fraudulent' | 'safe' | null): Stripe.Charge.FraudDetails {
  const { user_report: _before, ...others } = charge.fraud_details ?? {};
  return report === null ? others : { ...others, user_report: report };
}

const CARD_FIELDS = ['brand', 'exp_month', 'exp_year', 'fingerprint', 'last4'];
const cardFields = Object.fromEntries(
  ['card', 'card_present', 'interac_present'].flatMap((source) =>
    CARD_FIELDS.map((field): [string, FieldType] => [`payment_method_details.${source}.${field}`, 'token']),
  ),
);

/** Wholly, in part, or not at all. */
function refundedAsSearched({ amount_refunded: amount, refunded }: Stripe.Charge): string | null {
  if (amount === 0) return null;
  return String(refunded);
}

export const chargeRoutes: readonly Route[] = [
  searchRoute({
    table: 'charges',
    url: `${URL}/search`,
    resource: 'charges',
    fields: {
      amount: 'numeric',
      'billing_details.address.postal_code': 'token',
      created: 'numeric',
      currency: 'token',
      customer: 'token',
      disputed: 'token',
      refunded: 'token',
      status: 'token',
      ...cardFields,
    },
    readField: (row, field) => (field === 'refunded' ? refundedAsSearched(row) : undefined),
  }),
  route('POST', URL, {
    shape: LEGACY_SHAPE,
    check() {
      throw invalidRequest(
        'The simulator does not create charges by the Charges API, which Stripe has replaced: create a PaymentIntent instead.',
      );
    },
    handle: () => ok({}),
  }),
  route('GET', URL, {
    shape: { ...listShape, customer: text(), payment_intent: text(), transfer_group: text() },
    handle(ctx, params) {
      const { customer, payment_intent: intent, transfer_group: group } = params;
      if (intent !== undefined && ctx.tx.get('payment_intents', intent) === undefined) {
        throw resourceMissing('payment_intent', intent, 'payment_intent', 400);
      }
      requireKnownCustomer(ctx, customer);
      const matches = (row: Stripe.Charge): boolean => group === undefined || row.transfer_group === group;
      return ok(listOf(ctx, 'charges', params, { url: URL, where: { payment_intent: intent, customer }, matches }));
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(findCharge(ctx, id)),
  }),
  route('POST', `${URL}/:id`, {
    shape: updateShape,
    handle: (ctx, params, { id = '' }) => ok(updateCharge(ctx, findCharge(ctx, id), params)),
  }),
  route('POST', `${URL}/:id/capture`, {
    shape: {
      amount: unsupported,
      application_fee: unsupported,
      application_fee_amount: unsupported,
      receipt_email: unsupported,
      statement_descriptor: unsupported,
      statement_descriptor_suffix: unsupported,
      transfer_data: unsupported,
      transfer_group: unsupported,
    },
    handle(ctx, _params, { id = '' }) {
      const { payment_intent: intent } = findCharge(ctx, id);
      const owner = typeof intent === 'string' ? intent : 'it';
      throw invalidRequest(
        `This Charge could not be captured directly because it is associated with a PaymentIntent: capture ${owner} instead.`,
        { code: 'charge_invalid_parameter' },
      );
    },
  }),
];
