import type { RefundRefusal, RefundVerdict } from '../../application/refund/decide-refund';
import type { RefundPassage } from '../../domain/refund/refund-limits';
import { failed, wrongUsage, type CliError } from './exit-codes';
import { amountText } from './payment-texts';
import { noSuchPayment } from './payments-show.command';
import { properties } from './table';

export function quoteText(paymentId: string, { decision, passage }: RefundVerdict): string {
  const { currency, parts, lastDay, timeZone } = decision;
  const money = (amount: number) => amountText(amount, currency);
  const facts = properties([
    ['Payment', paymentId],
    ['Comes back', money(decision.amount)],
    ['At most', money(decision.maximum)],
    ['Paid', money(parts.paid)],
    ['Refunded or reserved', money(parts.taken)],
    ['Left', money(parts.left)],
    ['Reason', decision.reason],
    ['Rule', decision.rule],
    ['Holds until', lastDay === null ? null : `${lastDay} (${timeZone})`],
    ['Policy', `${decision.policy}, version ${decision.version}`],
    ['Approval', approvalText(passage, money)],
  ]);
  return `${facts}\n\n${decision.sentence}`;
}

function approvalText(passage: RefundPassage, money: (amount: number) => string): string {
  if (passage.kind === 'at_once') return 'not needed';
  if (passage.kind === 'above_limit') return `not possible above ${money(passage.limit)}`;
  const why = { reason: 'the reason asks for it', at_once: 'for more than', per_day: 'beyond, in a day,' }[
    passage.because
  ];
  return `needed: ${why}${passage.limit === null ? '' : ` ${money(passage.limit)}`}`;
}

export function refundRefused(refusal: RefundRefusal, paymentId: string): CliError {
  switch (refusal.kind) {
    case 'payment_not_found':
      return noSuchPayment();
    case 'payment_not_refundable':
      return failed(
        `${paymentId} is ${refusal.status}, so there is nothing to refund: see payments show ${paymentId}.`,
      );
    case 'charge_disputed':
      return failed(
        `${paymentId} is disputed (${refusal.disputeId}), so Stripe refunds none of it: answer the dispute.`,
      );
    case 'currency_differs':
      return wrongUsage(`--currency must be ${refusal.currency}, as the payment is.`);
    case 'refund_exceeds_rest':
      return failed(`More than is left to refund of ${paymentId}: ${amountText(refusal.left, refusal.currency)}.`);
    case 'reason_unknown':
      return wrongUsage(`--reason must be one of ${refusal.reasons.join(', ')}.`);
    case 'reason_reserved':
      return failed(`The reason ${refusal.reason} is for ${refusal.roles.join(', ')} to give.`);
    case 'refund_forbidden': {
      const { policy, version, rule, sentence } = refusal.decision;
      return failed(`${sentence} (${rule} of ${policy}, version ${version})`);
    }
    case 'above_limit':
      return failed(`Above the limit of the role: ${amountText(refusal.limit, refusal.currency)}.`);
  }
}
