import type { Payments } from '../../domain/payment/payments';
import { HAND_OVER_AFTER } from '../../domain/payment/settlement';
import type { Refund } from '../../domain/refund/refund';
import type { Refunds } from '../../domain/refund/refunds';
import { backoff, pauseWhileAway } from '../../domain/shared/backoff';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { RefundAnswer } from './refund-gateway';

const ADVICE = 'Whether Stripe made this refund could not be found out. Look at the payment in its dashboard.';
const UNREACHED_ADVICE = 'Stripe has not taken this refund for an hour. Look at the connection and the key.';

/** Commits what became of a refund, under the lock of its payment. */
export class RecordRefund {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly payments: Payments,
    private readonly refunds: Refunds,
    private readonly clock: Clock,
  ) {}

  /** An answer that was overtaken by what is known already changes nothing. */
  answer(refund: Refund, answer: RefundAnswer): Promise<Refund> {
    return this.change(refund, (current, now) => {
      take(current, answer, now);
    });
  }

  /**
   * Nothing new was found out: look again later, and list it for a person when it has taken too long.
   * @param away Stripe did not answer: that counts as no look.
   */
  stillInDoubt(refund: Refund, away: boolean): Promise<Refund> {
    return this.change(refund, (current, now) => {
      if (!current.isOpen) return;
      const { firstSentAt, createdAt } = current.snapshot();
      if (away) current.checkAt(new Date(now.getTime() + pauseWhileAway(current.id)));
      else current.checkAgain(new Date(now.getTime() + backoff(current.checks, current.id)));
      if (now.getTime() - (firstSentAt ?? createdAt).getTime() > HAND_OVER_AFTER) current.handOver(ADVICE, now);
    });
  }

  /** @param work on the refund as it is by now. */
  change(refund: Refund, work: (current: Refund, now: Date) => void): Promise<Refund> {
    return this.unitOfWork.run(async () => {
      await this.payments.lock(refund.paymentId);
      const current = await this.refunds.find(refund.id);
      if (current === null) throw new Error(`refund ${refund.id} does not exist`);
      const before = current.snapshot();
      work(current, this.clock.now());
      if (current.snapshot() !== before) await this.refunds.save(current);
      return current;
    });
  }
}

function take(refund: Refund, answer: RefundAnswer, now: Date): void {
  const cause = `refund:${refund.id}`;
  if (answer.kind === 'accepted') refund.observe(answer.seen, now, cause);
  if (!refund.isOpen) return;
  const later = new Date(now.getTime() + backoff(refund.checks, refund.id));
  const soon = new Date(now.getTime() + pauseWhileAway(refund.id));
  switch (answer.kind) {
    case 'accepted':
      return;
    case 'refused':
      refund.refuse({ code: answer.code, message: answer.message }, now, cause);
      return;
    case 'unknown':
      refund.doubtful(answer.doubt, answer.message, now, later);
      return;
    case 'never_reached':
      unreached(refund, answer.message, now, soon);
  }
}

/** Only the first sending can prove that nothing left: a failed repeat says nothing of what went before it. */
function unreached(refund: Refund, message: string, now: Date, soon: Date): void {
  if (refund.status !== 'executing') {
    refund.checkAt(soon);
    return;
  }
  refund.unreached(message, now, soon);
  const { decidedAt, createdAt } = refund.snapshot();
  if (now.getTime() - (decidedAt ?? createdAt).getTime() > HAND_OVER_AFTER) refund.handOver(UNREACHED_ADVICE, now);
}
