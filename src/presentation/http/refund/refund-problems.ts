import type { RefundRefusal } from '../../../application/refund/decide-refund';
import { isCurrency } from '../../../domain/shared/currency';
import { Money } from '../../../domain/shared/money';
import { paymentNotFound } from '../payment/payment-problems';
import { invalid, ProblemException } from '../problem';
import type { ProblemCode } from '../problem-codes';

/** With which a refund is refused, be it asked for or only quoted. */
export const REFUND_REFUSALS = [
  'payment_not_found',
  'payment_not_refundable',
  'charge_disputed',
  'refund_exceeds_rest',
  'refund_forbidden',
  'above_limit',
  'reason_reserved',
] as const satisfies readonly ProblemCode[];

export function refundRefusal(refusal: RefundRefusal): ProblemException {
  switch (refusal.kind) {
    case 'payment_not_found':
      return paymentNotFound();
    case 'payment_not_refundable': {
      const members = { paymentStatus: refusal.status };
      return new ProblemException('payment_not_refundable', `The payment is ${refusal.status}.`, { members });
    }
    case 'charge_disputed': {
      const what = 'The bank decides about its money, so Stripe refunds none of it.';
      return new ProblemException('charge_disputed', what, { members: { disputeId: refusal.disputeId } });
    }
    case 'currency_differs':
      return invalid([{ field: 'currency', reason: `must be ${refusal.currency}, as the payment is` }]);
    case 'refund_exceeds_rest': {
      const { left, currency } = refusal;
      const what = `Neither refunded nor reserved is ${amountText(left, currency)}.`;
      return new ProblemException('refund_exceeds_rest', what, { members: { left, currency } });
    }
    case 'reason_unknown':
      return invalid([{ field: 'reason', reason: `must be one of ${refusal.reasons.join(', ')}` }]);
    case 'reason_reserved': {
      const what = `${refusal.reason} is for ${refusal.roles.join(', ')} to give.`;
      return new ProblemException('reason_reserved', what);
    }
    case 'refund_forbidden': {
      const { rule, policy, version, maximum, currency, sentence } = refusal.decision;
      const members = { rule, policy, version, maximum, currency };
      return new ProblemException('refund_forbidden', sentence, { members });
    }
    case 'above_limit': {
      const { limit, currency } = refusal;
      const what = `Your role asks for ${amountText(limit, currency)} at most.`;
      return new ProblemException('above_limit', what, { members: { limit, currency } });
    }
  }
}

function amountText(amount: number, currency: string): string {
  return isCurrency(currency) ? Money.of(amount, currency).toString() : `${String(amount)} ${currency}`;
}
