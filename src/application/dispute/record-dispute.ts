import { Dispute, type DisputeObservation } from '../../domain/dispute/dispute';
import type { Disputes } from '../../domain/dispute/disputes';
import type { Payments } from '../../domain/payment/payments';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';

/** Commits what Stripe shows of a dispute. */
export class RecordDispute {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly disputes: Disputes,
    private readonly payments: Payments,
    private readonly clock: Clock,
  ) {}

  /**
   * @param asked the dispute as it stood here before Stripe was asked; null where it was not known.
   * @param within runs in the transaction that stores what was seen.
   * @returns false, with nothing stored, when somebody stored something else since: Stripe has to be asked again.
   */
  async seen(
    asked: Dispute | null,
    seen: DisputeObservation,
    cause: string,
    within?: (paymentId: string | null) => Promise<void>,
  ): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      const payment = seen.intent === null ? null : await this.payments.findByIntent(seen.intent);
      const paymentId = payment?.id ?? null;
      const now = this.clock.now();
      const known = asked === null ? null : await this.load(seen.id);
      if (known === null) {
        const dispute = Dispute.mirror(seen, paymentId, now, cause);
        dispute.lookAgain(now);
        if (!(await this.disputes.add(dispute))) return false;
      } else {
        const moved = known.version !== asked?.version;
        const changed = known.observe(seen, paymentId, now, cause);
        if (moved && changed) return false;
        known.lookAgain(now);
        if (!moved) await this.disputes.save(known);
      }
      await within?.(known?.paymentId ?? paymentId);
      return true;
    });
  }

  private async load(id: string): Promise<Dispute> {
    const dispute = await this.disputes.lock(id);
    if (dispute === null) throw new Error(`dispute ${id} does not exist`);
    return dispute;
  }
}
