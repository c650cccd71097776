import type Stripe from 'stripe';
import type { Context } from '../../core/context';
import { present } from '../../core/present';
import type { EventRecord } from '../../core/records';
import { formatAmount } from './amounts';
import { eventsTable } from './events-pages';
import type { Page } from './layout';
import { markup, type Markup, type Piece } from './markup';
import { notFound, type PageRequest } from './page-request';
import { disputeForms, paymentForms } from './payment-forms';
import { customerLink } from './payments-list';
import { asJson, code, dataTable, facts, moment, newest, reference, section, state } from './parts';
import { idOf } from '../../core/references';
import { latestCharge, paymentStatus } from './words';

export interface PaymentParts {
  intent: Stripe.PaymentIntent;
  charges: readonly Stripe.Charge[];
  refunds: readonly Stripe.Refund[];
  disputes: readonly Stripe.Dispute[];
}

export function paymentPage(ctx: Context, { values: { id = '' } }: PageRequest): Page {
  const intent = ctx.tx.get('payment_intents', id);
  if (intent === undefined) throw notFound('payment', id);
  const parts = {
    intent,
    charges: ctx.tx.where('charges', 'payment_intent', id),
    refunds: ctx.tx.where('refunds', 'payment_intent', id),
    disputes: ctx.tx.where('disputes', 'payment_intent', id),
  };
  const forms = paymentForms(intent, latestCharge(ctx, intent), parts.disputes);
  return {
    title: `Payment of ${formatAmount(intent.amount, intent.currency)} (${id})`,
    body: markup`${paymentFacts(ctx, intent)}
${forms.length === 0 ? null : section('What can be done', forms)}
${section('Charges', chargesTable(parts.charges))}
${parts.refunds.length === 0 ? null : section('Refunds', refundsTable(parts.refunds))}
${
  parts.disputes.length === 0
    ? null
    : section(
        'Disputes',
        newest(parts.disputes).map((dispute) => disputeDetails(id, dispute)),
      )
}
${section('Balance transactions', balanceTable(ctx, parts))}
${section('Events', eventsOf(ctx, parts))}
${section('The payment itself', asJson('JSON', intent))}`,
  };
}

function paymentFacts(ctx: Context, intent: Stripe.PaymentIntent): Markup {
  const { currency, last_payment_error: error } = intent;
  return facts([
    ['Id', code(intent.id)],
    ['Status', markup`${paymentStatus(intent)} (${code(intent.status)})`],
    ['Received', formatAmount(intent.amount_received, currency)],
    ['Can be captured', intent.amount_capturable === 0 ? null : formatAmount(intent.amount_capturable, currency)],
    ['Last error', error?.message ?? null],
    ['Cancellation reason', intent.cancellation_reason],
    ['Customer', customerLink(ctx, idOf(intent.customer))],
    ['Payment method', idOf(intent.payment_method)],
    ['Capture method', code(intent.capture_method)],
    ['Description', intent.description],
    ['Created', moment(intent.created)],
    ...Object.entries(intent.metadata).map(([key, value]): [string, Piece] => [`Metadata ${key}`, value]),
  ]);
}

function chargesTable(charges: readonly Stripe.Charge[]): Markup {
  return dataTable({
    caption: 'Every attempt to take the money',
    columns: ['Charge', 'Amount', 'Status', 'Captured', 'Refunded', 'Outcome', 'Created'],
    rows: newest(charges).map((charge) => [
      reference(charge.id),
      formatAmount(charge.amount, charge.currency),
      state(charge.status, charge.status === 'succeeded' ? 'good' : charge.status === 'failed' ? 'bad' : 'wait'),
      formatAmount(charge.amount_captured, charge.currency),
      formatAmount(charge.amount_refunded, charge.currency),
      charge.failure_message ?? charge.outcome?.seller_message ?? null,
      moment(charge.created),
    ]),
    empty: 'No attempt to take the money was made yet.',
  });
}

function refundsTable(refunds: readonly Stripe.Refund[]): Markup {
  return dataTable({
    caption: 'Money that goes back',
    columns: ['Refund', 'Amount', 'Status', 'Reason', 'Failure', 'Created'],
    rows: newest(refunds).map((refund) => [
      reference(refund.id),
      formatAmount(refund.amount, refund.currency),
      state(refund.status ?? 'unknown', refundTone(refund.status)),
      refund.reason,
      refund.failure_reason ?? null,
      moment(refund.created),
    ]),
    empty: null,
  });
}

function refundTone(status: string | null): 'bad' | 'good' | 'wait' {
  if (status === 'succeeded') return 'good';
  return status === 'failed' || status === 'canceled' ? 'bad' : 'wait';
}

function disputeDetails(intent: string, dispute: Stripe.Dispute): Markup {
  const { evidence_details: evidence } = dispute;
  return markup`<h3>Dispute ${dispute.id}</h3>
${facts([
  ['Amount', formatAmount(dispute.amount, dispute.currency)],
  ['Status', state(dispute.status.replaceAll('_', ' '), disputeTone(dispute.status))],
  ['Reason', dispute.reason],
  ['Evidence due by', evidence.due_by === null ? null : moment(evidence.due_by)],
  ['Evidence submitted', evidence.submission_count],
  ['Opened', moment(dispute.created)],
])}
${disputeForms(intent, dispute)}`;
}

function disputeTone(status: Stripe.Dispute.Status): 'bad' | 'good' | 'wait' {
  if (status === 'won' || status === 'warning_closed' || status === 'prevented') return 'good';
  return status === 'lost' ? 'bad' : 'wait';
}

function balanceTable(ctx: Context, { charges, refunds, disputes }: PaymentParts): Markup {
  const rows = [...newest(charges), ...newest(refunds), ...newest(disputes)]
    .flatMap(({ id }) => ctx.tx.where('balance_transactions', 'source', id))
    .map((row) => present(ctx, 'balance_transactions', row));
  return dataTable({
    caption: 'What it did to the balance',
    columns: ['Transaction', 'Type', 'Amount', 'Fee', 'Net', 'Status', 'Available on'],
    rows: rows.map((row) => [
      reference(row.id),
      row.type,
      formatAmount(row.amount, row.currency),
      formatAmount(row.fee, row.currency),
      formatAmount(row.net, row.currency),
      row.status,
      moment(row.available_on),
    ]),
    empty: 'Nothing stands on the balance for it yet.',
  });
}

/**
 * From the newest back to the payment's first. An index would cost every payment what few are looked at for; so an old
 * payment's page may take a quarter of a second, and no page takes longer.
 */
const MOST_LOOKED_AT = 500_000;
const MOST_EVENTS = 200;

function eventsOf(ctx: Context, { intent, charges }: PaymentParts): Markup {
  const ids = new Set([intent.id, ...charges.map(({ id }) => id)]);
  const found: EventRecord[] = [];
  let looked = 0;
  for (const event of ctx.tx.table('events').older()) {
    looked += 1;
    if (looked > MOST_LOOKED_AT) break;
    if (!concerns(event.data.object, ids)) continue;
    found.push(event);
    if (event.type === 'payment_intent.created') break;
  }
  const more = looked > MOST_LOOKED_AT ? ` (of the latest ${MOST_LOOKED_AT} of all)` : '';
  return eventsTable(
    `Events of this payment${more}, the newest first`,
    found.slice(0, MOST_EVENTS),
    `There is none${more}.`,
  );
}

interface Related {
  id?: unknown;
  payment_intent?: unknown;
  charge?: unknown;
}

function concerns({ id, payment_intent: intent, charge }: Related, ids: ReadonlySet<unknown>): boolean {
  return ids.has(id) || ids.has(intent) || (charge !== undefined && ids.has(charge));
}
