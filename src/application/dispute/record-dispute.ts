import { Dispute, type DisputeObservation, type LossChange } from '../../domain/dispute/dispute';
import type { Disputes } from '../../domain/dispute/disputes';
import type { Payments } from '../../domain/payment/payments';
import { isCurrency } from '../../domain/shared/currency';
import { Money } from '../../domain/shared/money';
import type { Clock } from '../shared/clock';
import type { LedgerFacts } from '../shared/ledger-facts';
import type { UnitOfWork } from '../shared/unit-of-work';

/** Commits what Stripe shows of a dispute, and with it what the ledger has to know. */
export class RecordDispute {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly disputes: Disputes,
    private readonly payments: Payments,
    private readonly ledgerFacts: LedgerFacts,
    private readonly clock: Clock,
  ) {}

  /**
   * @param asked the dispute as it stood here before Stripe was asked; null where it was not known.
   * @param within runs in the transaction that stores what was seen.
   * @returns false, with nothing stored, when somebody stored something else since: Stripe has to be asked again.
   */
  seen(
    asked: Dispute | null,
    seen: DisputeObservation,
    cause: string,
    within?: (paymentId: string | null) => Promise<void>,
  ): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      const payment = seen.intent === null ? null : await this.payments.findByIntent(seen.intent);
      const paymentId = payment?.id ?? null;
      const stored =
        asked === null ? await this.add(seen, paymentId, cause) : await this.update(asked, seen, paymentId, cause);
      if (stored) await within?.(asked?.paymentId ?? paymentId);
      return stored;
    });
  }

  private async add(seen: DisputeObservation, paymentId: string | null, cause: string): Promise<boolean> {
    const now = this.clock.now();
    const dispute = Dispute.mirror(seen, paymentId, now, cause);
    const loss = dispute.noteLoss();
    dispute.lookAgain(now);
    if (!(await this.disputes.add(dispute))) return false;
    await this.tellLedger(dispute, loss, now, cause);
    return true;
  }

  private async update(
    asked: Dispute,
    seen: DisputeObservation,
    paymentId: string | null,
    cause: string,
  ): Promise<boolean> {
    const dispute = await this.disputes.lock(asked.id);
    if (dispute === null) throw new Error(`dispute ${asked.id} does not exist`);
    const now = this.clock.now();
    const moved = dispute.version !== asked.version;
    const changed = dispute.observe(seen, paymentId, now, cause);
    // Somebody who looked as well may have stored the very same.
    if (moved) return !changed;
    const loss = dispute.noteLoss();
    // Of one that is over, nothing is left to be stored.
    if (!dispute.lookAgain(now) && !changed && loss === null) return true;
    await this.disputes.save(dispute);
    await this.tellLedger(dispute, loss, now, cause);
    return true;
  }

  /** The money itself moves by balance transactions, which the ledger reads: this is only that it is lost. */
  private async tellLedger(
    { id, paymentId }: Dispute,
    loss: LossChange | null,
    at: Date,
    cause: string,
  ): Promise<void> {
    if (loss === null) return;
    const { note, kind, amount, currency } = loss;
    if (!isCurrency(currency)) throw new Error(`${id} was withdrawn in the unknown currency ${currency}`);
    const subject = note === 1 ? id : `${id}/${String(note)}`;
    const fact = { subject, paymentId, amount: Money.of(amount, currency), at, cause };
    await this.ledgerFacts.note([{ ...fact, kind: kind === 'lost' ? 'dispute_lost' : 'dispute_loss_returned' }]);
  }
}
