import type Stripe from 'stripe';
import type { Inclusion } from '../core/context';
import { parameterMissing, resourceMissing } from '../core/errors';
import { listOf, listShape, sublist } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { object, oneOf, text } from '../core/schema';
import { intentOf } from './invoice-intent';

const URL = '/v1/invoice_payments';

/** What an invoice shows only to who asks for it. */
export const invoiceInclusions: Readonly<Record<string, Inclusion>> = {
  'invoice.payments': (ctx, { id }) => sublist(ctx.tx.where('invoice_payments', 'invoice', id), `${URL}?invoice=${id}`),
  'invoice.confirmation_secret': (ctx, { id }) => {
    const secret = intentOf(ctx, id)?.client_secret ?? null;
    return secret === null ? null : { client_secret: secret, type: 'payment_intent' };
  },
};

export const invoicePaymentRoutes: readonly Route[] = [
  route('GET', URL, {
    shape: {
      ...listShape,
      invoice: text(),
      payment: object(
        { payment_intent: text(), payment_record: text(), type: oneOf('payment_intent', 'payment_record') },
        ['type'],
      ),
      status: oneOf('canceled', 'open', 'paid'),
    },
    handle(ctx, params) {
      const { invoice, payment, status } = params;
      if (payment?.type === 'payment_intent' && payment.payment_intent === undefined) {
        throw parameterMissing('payment[payment_intent]');
      }
      const matches = (row: Stripe.InvoicePayment): boolean =>
        (status === undefined || row.status === status) && payment?.type !== 'payment_record';
      const where = { invoice, 'payment.payment_intent': payment?.payment_intent };
      return ok(listOf(ctx, 'invoice_payments', params, { url: URL, where, matches }));
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      const found = ctx.tx.get('invoice_payments', id);
      if (found === undefined) throw resourceMissing('invoice_payment', id, 'invoice_payment');
      return ok(found);
    },
  }),
];
