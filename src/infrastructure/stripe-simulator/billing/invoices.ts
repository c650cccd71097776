import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { ApiError, envelope, invalidRequest } from '../core/errors';
import { createdShape, inRange, listOf, listShape, pageShape } from '../core/lists';
import { ok, route, type Answer, type Route } from '../core/router';
import { flag, oneOf, text, unsupported } from '../core/schema';
import { atCustomer } from '../subscriptions/customer-clock';
import { attachPayment } from './attach-payment';
import { customerOf, findInvoice, subscriptionOf } from './find-invoice';
import { deleteDraft } from './invoice-draft';
import { markUncollectible, voidInvoice } from './invoice-end';
import { finalizeInvoice } from './invoice-finalize';
import { linesOf } from './invoice-lines';
import {
  addLinesShape,
  createInvoiceShape,
  payShape,
  removeLinesShape,
  updateInvoiceShape,
  updateLinesShape,
} from './invoice-params';
import { attemptPayment, NO_PAYMENT_METHOD, paymentMethodFor, type PaymentOutcome } from './invoice-payment';
import { checkInvoiceParams, createInvoice, updateInvoice } from './invoice-requests';
import { lineShape } from './item-params';
import { addLines, removeLines, updateLine, updateLines } from './line-requests';
import { pageOf } from './page';

const URL = '/v1/invoices';

/** The invoice, and the time that it goes by. */
function at(request: Context, id: string, param: 'id' | 'invoice'): { ctx: Context; invoice: Stripe.Invoice } {
  const invoice = findInvoice(request, id, param);
  return { ctx: atCustomer(request, customerOf(invoice)), invoice };
}

function paid(ctx: Context, { invoice, error }: PaymentOutcome): Answer {
  if (error === null) return ok(invoice);
  return { status: 402, body: envelope(error, ctx.origin.requestId ?? '') };
}

function send(request: Context, id: string): Stripe.Invoice {
  const { ctx, invoice } = at(request, id, 'invoice');
  if (invoice.collection_method !== 'send_invoice') {
    throw invalidRequest("You can only manually send an invoice if its collection method is 'send_invoice'.");
  }
  if (invoice.status !== 'draft' && invoice.status !== 'open') {
    throw invalidRequest(
      'This invoice cannot be sent right now. Please contact us via https://support.stripe.com/contact with details, so we can help.',
    );
  }
  const final = invoice.status === 'draft' ? finalizeInvoice(ctx, id) : invoice;
  emit(ctx, 'invoice.sent', final);
  return findInvoice(ctx, id);
}

const lifeRoutes: readonly Route[] = [
  route('POST', `${URL}/:id/finalize`, {
    shape: { auto_advance: flag },
    handle(request, params, { id = '' }) {
      const { ctx } = at(request, id, 'id');
      return ok(
        finalizeInvoice(ctx, id, params.auto_advance === undefined ? {} : { autoAdvance: params.auto_advance }),
      );
    },
  }),
  route('POST', `${URL}/:id/pay`, {
    shape: payShape,
    handle(request, params, { id = '' }) {
      const { ctx, invoice } = at(request, id, 'id');
      const final = invoice.status === 'draft' ? finalizeInvoice(ctx, id) : invoice;
      // A draft of nothing is paid by becoming final.
      if (invoice.status === 'draft' && final.status === 'paid') return ok(final);
      const outOfBand = params.paid_out_of_band === true;
      const method = params.payment_method ?? paymentMethodFor(ctx, final);
      if (final.status === 'open' && final.amount_remaining > 0 && !outOfBand && method === null) {
        throw new ApiError(400, NO_PAYMENT_METHOD);
      }
      return paid(
        ctx,
        attemptPayment(ctx, id, {
          offSession: params.off_session ?? true,
          paidOutOfBand: outOfBand,
          ...(params.payment_method === undefined ? {} : { paymentMethod: params.payment_method }),
        }),
      );
    },
  }),
  route('POST', `${URL}/:id/attach_payment`, {
    shape: { payment_intent: text(), payment_record: unsupported },
    required: ['payment_intent'],
    handle(request, params, { id = '' }) {
      const { ctx, invoice } = at(request, id, 'id');
      return ok(attachPayment(ctx, invoice, params.payment_intent));
    },
  }),
  route('POST', `${URL}/:id/send`, { shape: {}, handle: (ctx, _params, { id = '' }) => ok(send(ctx, id)) }),
  route('POST', `${URL}/:id/void`, {
    shape: {},
    handle: (request, _params, { id = '' }) => ok(voidInvoice(at(request, id, 'id').ctx, id)),
  }),
  route('POST', `${URL}/:id/mark_uncollectible`, {
    shape: {},
    handle: (request, _params, { id = '' }) => ok(markUncollectible(at(request, id, 'id').ctx, id)),
  }),
];

const lineRoutes: readonly Route[] = [
  route('GET', `${URL}/:id/lines`, {
    shape: pageShape,
    handle: (ctx, params, { id = '' }) =>
      ok(pageOf(linesOf(ctx, findInvoice(ctx, id).id), `${URL}/${id}/lines`, params)),
  }),
  route('POST', `${URL}/:id/lines/:line`, {
    shape: lineShape,
    handle(request, params, { id = '', line = '' }) {
      const { ctx, invoice } = at(request, id, 'invoice');
      return ok(updateLine(ctx, invoice, line, params));
    },
  }),
  route('POST', `${URL}/:id/add_lines`, {
    shape: addLinesShape,
    required: ['lines'],
    handle(request, params, { id = '' }) {
      const { ctx, invoice } = at(request, id, 'invoice');
      return ok(addLines(ctx, invoice, params));
    },
  }),
  route('POST', `${URL}/:id/update_lines`, {
    shape: updateLinesShape,
    required: ['lines'],
    handle(request, params, { id = '' }) {
      const { ctx, invoice } = at(request, id, 'invoice');
      return ok(updateLines(ctx, invoice, params));
    },
  }),
  route('POST', `${URL}/:id/remove_lines`, {
    shape: removeLinesShape,
    required: ['lines'],
    handle(request, params, { id = '' }) {
      const { ctx, invoice } = at(request, id, 'invoice');
      return ok(removeLines(ctx, invoice, params));
    },
  }),
];

const objectRoutes: readonly Route[] = [
  route('POST', URL, {
    shape: createInvoiceShape,
    required: ['customer'],
    check: checkInvoiceParams,
    handle: (ctx, params) => ok(createInvoice(atCustomer(ctx, params.customer), params)),
  }),
  route('GET', URL, {
    shape: {
      ...listShape,
      collection_method: oneOf('charge_automatically', 'send_invoice'),
      customer: text(),
      due_date: createdShape,
      status: oneOf('draft', 'open', 'void', 'paid', 'uncollectible'),
      subscription: text(),
    },
    handle(ctx, params) {
      const { collection_method: method, customer, due_date: due, status, subscription } = params;
      const matches = (row: Stripe.Invoice): boolean =>
        (method === undefined || row.collection_method === method) &&
        (status === undefined || row.status === status) &&
        (due === undefined || (row.due_date !== null && inRange(row.due_date, due)));
      const where = { 'parent.subscription_details.subscription': subscription, customer };
      return ok(listOf(ctx, 'invoices', params, { url: URL, where, matches }));
    },
  }),
  route('GET', `${URL}/:id`, { shape: {}, handle: (ctx, _params, { id = '' }) => ok(findInvoice(ctx, id)) }),
  route('POST', `${URL}/:id`, {
    shape: updateInvoiceShape,
    check: checkInvoiceParams,
    handle(request, params, { id = '' }) {
      const { ctx, invoice } = at(request, id, 'id');
      return ok(updateInvoice(ctx, invoice, params));
    },
  }),
  route('DELETE', `${URL}/:id`, {
    shape: {},
    handle(request, _params, { id = '' }) {
      const { ctx, invoice } = at(request, id, 'invoice');
      if (invoice.status === 'draft' && subscriptionOf(invoice) !== null) {
        throw invalidRequest("You can't delete invoices created by subscriptions.");
      }
      deleteDraft(ctx, id);
      return ok({ id, object: 'invoice', deleted: true });
    },
  }),
];

export const invoiceRoutes: readonly Route[] = [...objectRoutes, ...lifeRoutes, ...lineRoutes];
