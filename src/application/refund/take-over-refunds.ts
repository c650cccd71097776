import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import { Refund } from '../../domain/refund/refund';
import { isRelease, type RefundSight } from '../../domain/refund/refund-sight';
import { countsAsRefunded } from '../../domain/refund/refund-status';
import type { Refunds } from '../../domain/refund/refunds';
import { Money } from '../../domain/shared/money';
import type { Clock } from '../shared/clock';
import type { Identifiers } from '../shared/identifiers';

/**
 * Stores what Stripe shows of a payment's refunds, within the caller's unit of work. What Stripe did is never refused:
 * requests for which it left no room are superseded, and what exceeds the captured money is listed for a person.
 */
export class TakeOverRefunds {
  constructor(
    private readonly payments: Payments,
    private readonly refunds: Refunds,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  /**
   * @param seen all of them, oldest first.
   * @param known those of the payment as they were before Stripe was asked.
   */
  async execute(paymentId: string, seen: readonly RefundSight[], known: readonly Refund[], cause: string) {
    const payment = await this.payments.lock(paymentId);
    if (payment === null) throw new Error(`payment ${paymentId} does not exist`);
    const now = this.clock.now();
    const ours = await this.refunds.ofPayment(paymentId);
    for (const sight of seen.filter((each) => !isRelease(each, payment))) {
      const refund =
        ours.find((each) => each.stripeRefund === sight.refund) ?? ours.find((each) => each.matches(sight));
      if (refund === undefined) ours.push(await this.mirror(payment, sight, now, cause));
      else await this.observe(refund, sight, known, now, cause);
    }
    await this.makeRoom(payment, ours, now, cause);
    await this.noticeExcess(payment, ours, now, cause);
  }

  private async mirror(payment: Payment, seen: RefundSight, now: Date, cause: string): Promise<Refund> {
    const { currency } = payment.money;
    if (seen.currency !== currency) throw new Error(`${seen.refund} is in another currency than ${payment.id}`);
    const money = Money.of(seen.amount, currency);
    const refund = Refund.mirror(this.identifiers.next('ref'), payment.id, money, seen, now, cause);
    await this.refunds.add(refund);
    return refund;
  }

  private async observe(refund: Refund, seen: RefundSight, known: readonly Refund[], now: Date, cause: string) {
    const before = refund.snapshot();
    const changed = refund.observe(seen, now, cause);
    // What nobody changed since Stripe was asked cannot be a view that came late.
    const isCurrent = known.some(({ id, version }) => id === refund.id && version === refund.version);
    if (!changed && isCurrent && seen.status !== refund.status) refund.contradict(seen, now, cause);
    if (refund.status === seen.status) refund.follow(now);
    if (refund.snapshot() !== before) await this.refunds.save(refund);
  }

  /** Newest first: who asked first is served first. */
  private async makeRoom(payment: Payment, refunds: readonly Refund[], now: Date, cause: string): Promise<void> {
    const waiting = refunds.filter(({ status }) => status === 'requested').reverse();
    const unsent = refunds.filter(({ status }) => status === 'approved').reverse();
    const { captured } = payment.snapshot();
    for (const refund of [...waiting, ...unsent]) {
      if (sum(refunds.filter(({ reserves }) => reserves)) <= captured) return;
      refund.supersede(now, cause);
      await this.refunds.save(refund);
    }
  }

  private async noticeExcess(payment: Payment, refunds: readonly Refund[], now: Date, cause: string): Promise<void> {
    const refunded = sum(refunds.filter(({ status }) => countsAsRefunded(status)));
    if (refunded <= payment.snapshot().captured) return;
    const before = payment.snapshot();
    payment.noticeExcess(refunded, now, cause);
    if (payment.snapshot() !== before) await this.payments.save(payment);
  }
}

function sum(refunds: readonly Refund[]): number {
  return refunds.reduce((total, { money }) => total + money.amount, 0);
}
