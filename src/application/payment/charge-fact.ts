import type { Payment } from '../../domain/payment/payment';
import { Money } from '../../domain/shared/money';
import type { LedgerFact } from '../shared/ledger-facts';

/** What the ledger has to know of this change of a payment; null when it captured no money. */
export function chargeFactOf(payment: Payment): LedgerFact | null {
  const success = payment.events.find(({ type }) => type === 'payment.succeeded');
  const { captured, money } = payment.snapshot();
  if (success === undefined || captured === 0) return null;
  return {
    kind: 'charge_succeeded',
    subject: payment.id,
    paymentId: payment.id,
    amount: Money.of(captured, money.currency),
    at: success.at,
    cause: success.cause,
  };
}
