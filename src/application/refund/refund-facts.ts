import type { Refund } from '../../domain/refund/refund';
import type { LedgerFact } from '../shared/ledger-facts';

/** What the ledger has to know of this change of a refund. */
export function refundFactsOf(refund: Refund): LedgerFact[] {
  const { id, paymentId, money } = refund;
  return refund.events.flatMap(({ type, at, cause, data }) => {
    const reversed = data.from === 'succeeded' && (type === 'refund.failed' || type === 'refund.canceled');
    if (type !== 'refund.succeeded' && !reversed) return [];
    const kind = reversed ? ('refund_reversed' as const) : ('refund_succeeded' as const);
    return [{ kind, subject: id, paymentId, amount: money, at, cause }];
  });
}
