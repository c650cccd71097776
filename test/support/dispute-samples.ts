import type { EvidenceContent } from '../../src/domain/dispute/evidence';
import { Dispute, type DisputeMovement, type DisputeObservation } from '../../src/domain/dispute/dispute';
import { after, DAY, NOON } from './samples';

/** A chargeback as Stripe shows it right after it was opened. */
export function disputed(given: Partial<DisputeObservation> = {}): DisputeObservation {
  return {
    id: 'du_1',
    charge: 'ch_1',
    intent: 'pi_1',
    status: 'needs_response',
    reason: 'fraudulent',
    networkReason: '10.4',
    amount: 4_999,
    currency: 'gbp',
    dueBy: after(10 * DAY),
    pastDue: false,
    submissionCount: 0,
    hasEvidence: false,
    isChargeRefundable: false,
    movements: [withdrawal()],
    openedAt: NOON,
    ...given,
  };
}

/** The bank only asks: nothing moves, and the charge may still be refunded. */
export function inquiry(given: Partial<DisputeObservation> = {}): DisputeObservation {
  return disputed({ status: 'warning_needs_response', isChargeRefundable: true, movements: [], ...given });
}

export function withdrawal(amount = 4_999, given: Partial<DisputeMovement> = {}): DisputeMovement {
  const fee = 2_000;
  return { id: 'txn_out', amount: -amount, fee, net: -amount - fee, currency: 'gbp', at: NOON, ...given };
}

export function reinstatement(amount = 4_999, given: Partial<DisputeMovement> = {}): DisputeMovement {
  return { id: 'txn_back', amount, fee: 0, net: amount, currency: 'gbp', at: after(DAY), ...given };
}

/** As it is stored, of the payment `pay_1`. */
export function disputeOf(seen: DisputeObservation, paymentId: string | null = 'pay_1', now: Date = NOON): Dispute {
  const dispute = Dispute.mirror(seen, paymentId, now, 'test');
  dispute.lookAgain(now);
  return dispute;
}

/** A file that Stripe takes. */
export function pdf(name = 'receipt.pdf', size = 100): EvidenceContent {
  const bytes = Buffer.alloc(size, 0x20);
  bytes.write('%PDF-1.7');
  return { kind: 'file', name, mediaType: 'application/pdf', bytes };
}

export const say = (text: string): EvidenceContent => ({ kind: 'text', text });
