import type { Money } from './money';

/**
 * What the ledger has to know of:
 * - `charge_succeeded`: money was captured. The subject is the payment, the amount what was captured.
 * - `refund_succeeded`: Stripe took the refund for done. The subject is the refund, the amount what goes back.
 * - `refund_reversed`: a refund that had succeeded failed or was canceled later, so its money came back.
 * - `dispute_lost`: the subject is the dispute, the amount what was withdrawn for it and stays away, in the currency of its
 *   balance transactions. Should more of it be lost later, the subject is `du_…/2` and so on.
 * - `dispute_loss_returned`: so much less is lost than was noted, because a part came back or it was won after all.
 * - `payout_arrived`, `payout_returned`: the bank took Stripe's payout, or sent it back after that.
 * - `payout_collected`: Stripe took a debt from the bank.
 */
export type LedgerFactKind =
  | 'charge_succeeded'
  | 'refund_succeeded'
  | 'refund_reversed'
  | 'dispute_lost'
  | 'dispute_loss_returned'
  | 'payout_arrived'
  | 'payout_returned'
  | 'payout_collected';

/** Something that happened to money, which Stripe's balance transactions alone do not tell, or tell later. */
export interface LedgerFact {
  readonly kind: LedgerFactKind;
  /** `pay_…`, `ref_…`, or Stripe's id of the dispute or payout: one fact of a kind and subject is posted once. */
  readonly subject: string;
  /** Null where the money belongs to no payment of ours. */
  readonly paymentId: string | null;
  readonly amount: Money;
  /** When it took effect. */
  readonly at: Date;
  /** What brought it about: `attempt:att_…`, `event:evt_…`. */
  readonly cause: string;
}
