import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { listOf, listShape, pageShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { mergeMetadata, metadata, text } from '../core/schema';
import { atCustomer } from '../subscriptions/customer-clock';
import { findNote, proposedNote } from './credit-note';
import { creditNoteShape } from './credit-note-params';
import { idOf } from '../core/references';
import { customerOf, findInvoice } from './find-invoice';
import { issueNote, updateNote, voidNote } from './issue-credit-note';
import { pageOf } from './page';

const URL = '/v1/credit_notes';

function onClockOfInvoice(ctx: Context, invoice: string): Context {
  return atCustomer(ctx, customerOf(findInvoice(ctx, invoice, 'invoice', 400)));
}

function onClockOfNote(ctx: Context, note: Stripe.CreditNote): Context {
  return atCustomer(ctx, idOf(note.customer));
}

export const creditNoteRoutes: readonly Route[] = [
  route('POST', URL, {
    shape: creditNoteShape,
    required: ['invoice'],
    handle: (ctx, params) => ok(issueNote(onClockOfInvoice(ctx, params.invoice), params)),
  }),
  route('GET', URL, {
    shape: { ...listShape, customer: text(), invoice: text() },
    handle: (ctx, params) =>
      ok(
        listOf(ctx, 'credit_notes', params, {
          url: URL,
          where: { invoice: params.invoice, customer: params.customer },
        }),
      ),
  }),
  route('GET', `${URL}/preview`, {
    shape: creditNoteShape,
    required: ['invoice'],
    handle: (ctx, params) => ok(proposedNote(onClockOfInvoice(ctx, params.invoice), params)),
  }),
  route('GET', `${URL}/preview/lines`, {
    shape: { ...creditNoteShape, ...pageShape },
    required: ['invoice'],
    handle: (ctx, params) =>
      ok(
        pageOf(proposedNote(onClockOfInvoice(ctx, params.invoice), params).lines.data, `${URL}/preview/lines`, params),
      ),
  }),
  route('GET', `${URL}/:id`, { shape: {}, handle: (ctx, _params, { id = '' }) => ok(findNote(ctx, id)) }),
  route('GET', `${URL}/:id/lines`, {
    shape: pageShape,
    handle: (ctx, params, { id = '' }) => ok(pageOf(findNote(ctx, id).lines.data, `${URL}/${id}/lines`, params)),
  }),
  route('POST', `${URL}/:id`, {
    shape: { memo: text(), metadata },
    handle(ctx, params, { id = '' }) {
      const note = findNote(ctx, id);
      return ok(
        updateNote(onClockOfNote(ctx, note), note, {
          ...(params.memo === undefined ? {} : { memo: params.memo }),
          ...(params.metadata === undefined ? {} : { metadata: mergeMetadata(note.metadata ?? {}, params.metadata) }),
        }),
      );
    },
  }),
  route('POST', `${URL}/:id/void`, {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      const note = findNote(ctx, id);
      return ok(voidNote(onClockOfNote(ctx, note), note));
    },
  }),
];
