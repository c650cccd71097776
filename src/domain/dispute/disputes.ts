import type { Dispute } from './dispute';

/** The collection of disputes. Everything that stores needs an open unit of work. */
export abstract class Disputes {
  declare protected readonly port: 'Disputes';

  abstract find(id: string): Promise<Dispute | null>;
  /** Takes the row, so that there is one writer at a time. */
  abstract lock(id: string): Promise<Dispute | null>;
  /**
   * Those of a payment, oldest first; a charge may have several. `disputeAgainstRefund` says which of them, if any,
   * forbids that it is refunded.
   */
  abstract ofPayment(paymentId: string): Promise<Dispute[]>;
  /** Which of these ids are of no dispute here. */
  abstract unknownOf(ids: readonly string[]): Promise<string[]>;
  /** @returns false, with nothing stored, when somebody else stored it a moment ago. */
  abstract add(dispute: Dispute): Promise<boolean>;
  /** @throws when another version was stored in between. */
  abstract save(dispute: Dispute): Promise<void>;
}
