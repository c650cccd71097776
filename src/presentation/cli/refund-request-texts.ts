import type { TimelineEntry } from '../../application/payment/payment-queries';
import type { RefundProblem } from '../../application/refund/refund-problem';
import { refundViewOf, type RefundView } from '../../application/refund/refund-view';
import type { RefundResult } from '../../application/refund/request-refund';
import { failed, notFound, type CliError } from './exit-codes';
import { amountText, timelineTable } from './payment-texts';
import { refundRefused } from './refund-texts';
import { properties, table, type Column } from './table';

const COLUMNS: readonly Column<RefundView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'status', value: ({ status }) => status },
  { title: 'amount', value: ({ amount, currency }) => amountText(amount, currency), align: 'right' },
  { title: 'payment', value: ({ paymentId }) => paymentId },
  { title: 'reason', value: ({ reason }) => reason },
  { title: 'asked by', value: ({ requestedBy, origin }) => requestedBy ?? origin },
  { title: 'decide by', value: ({ status, expiresAt }) => (status === 'requested' ? expiresAt : null) },
  { title: 'created', value: ({ createdAt }) => createdAt },
];
const ATTENTION: Column<RefundView> = { title: 'attention', value: ({ attention }) => attention };

export function refundsTable(refunds: readonly RefundView[]): string {
  const needed = refunds.some(({ attention }) => attention !== null);
  return table(needed ? [...COLUMNS, ATTENTION] : COLUMNS, refunds);
}

export function refundText(refund: RefundView, timeline: readonly TimelineEntry[]): string {
  const { decision, failure } = refund;
  const facts = properties([
    ['Refund', refund.id],
    ['Status', refund.status],
    ['Attention', refund.attention],
    ['Payment', refund.paymentId],
    ['Amount', amountText(refund.amount, refund.currency)],
    ['Origin', refund.origin],
    ['Reason', refund.reason],
    ['Note', refund.note],
    ['Asked by', refund.requestedBy],
    ['Rule', decision && `${decision.rule} of ${decision.policy}, version ${decision.version}`],
    ['Decide by', refund.expiresAt],
    ['Decided by', refund.decidedBy],
    ['Decided', refund.decidedAt],
    ['Decision', refund.decisionNote],
    ['At Stripe', refund.stripeRefund],
    ['Waits for', refund.pendingReason],
    ['Failure', failure && [failure.code, failure.message].filter((part) => part !== null).join(': ')],
    ['Created', refund.createdAt],
    ['Updated', refund.updatedAt],
  ]);
  return `${facts}\n\n${timelineTable(timeline)}`;
}

/** @throws CliError where nothing came of it. */
export function refundIn(result: RefundResult, paymentId: string | null): RefundView {
  if (!result.ok) throw refused(result.error, paymentId);
  const refund = refundViewOf(result.value);
  if (refund.status === 'failed' && refund.stripeRefund === null) {
    const { code, message } = refund.failure ?? { code: 'unknown', message: null };
    throw failed(`Stripe refused ${refund.id} (${code})${message === null ? '.' : `: ${message}`}`);
  }
  return refund;
}

export function doneText({ id, status, amount, currency, paymentId, expiresAt }: RefundView): string {
  const what = `${id} is ${status}: ${amountText(amount, currency)} of ${paymentId}.`;
  if (status === 'requested') return `${what} Somebody else has to approve it by ${expiresAt ?? ''}.`;
  const isUnderWay = status === 'approved' || status === 'executing' || status === 'unknown';
  return isUnderWay ? `${what} The service sees it through: look with refunds show ${id}.` : what;
}

export function noSuchRefund(): CliError {
  return notFound('No refund has this id (ref_…): see cashdesk refunds list.');
}

function refused(problem: RefundProblem, paymentId: string | null): CliError {
  switch (problem.kind) {
    case 'refund_not_found':
      return noSuchRefund();
    case 'amount_refused':
      return failed(problem.reason);
    case 'second_person_needed':
      return failed('You asked for this refund yourself: somebody else has to approve it.');
    case 'not_yours_to_withdraw':
      return failed('Somebody else asked for this refund: reject it instead.');
    case 'refund_state_forbids':
      return failed(`The refund is ${problem.status}: see refunds show ${problem.refundId}.`);
    case 'idempotency_key_reused':
      return failed('The earlier request with this idempotency key asked for something else: use another key.');
    default:
      return refundRefused(problem, paymentId ?? 'the payment');
  }
}
