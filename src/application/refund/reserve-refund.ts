import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import { Refund } from '../../domain/refund/refund';
import type { Refunds } from '../../domain/refund/refunds';
import { Money } from '../../domain/shared/money';
import type { Clock } from '../shared/clock';
import type { DecideRefund, RefundQuestion, RefundVerdict } from './decide-refund';
import type { RefundGateway } from './refund-gateway';
import { RefundRefused } from './refund-problem';

export interface RefundAskedFor extends RefundQuestion {
  readonly paymentId: string;
  readonly note: string | null;
}

/** For so long a request waits to be decided. */
const TO_BE_DECIDED_WITHIN = 7 * 86_400_000;

/**
 * Stores a refund within the caller's unit of work, and with it reserves the money under the lock of the payment: as
 * executing when it is within the limits of who asks, else as a request that somebody has to decide.
 */
export class ReserveRefund {
  constructor(
    private readonly payments: Payments,
    private readonly refunds: Refunds,
    private readonly decideRefund: DecideRefund,
    private readonly gateway: RefundGateway,
    private readonly clock: Clock,
  ) {}

  /** @throws RefundRefused */
  async execute(id: string, asked: RefundAskedFor): Promise<{ payment: Payment; refund: Refund }> {
    const payment = await this.payments.lock(asked.paymentId);
    if (payment === null) throw new RefundRefused({ kind: 'payment_not_found' });
    const now = this.clock.now();
    const verdict = await this.decideRefund.execute(payment, asked, now);
    if (!verdict.ok) throw new RefundRefused(verdict.error);
    const refund = this.make(id, asked, payment, verdict.value, now);
    await this.refunds.add(refund);
    return { payment, refund };
  }

  private make(id: string, asked: RefundAskedFor, payment: Payment, { decision, passage }: RefundVerdict, now: Date) {
    if (decision.outcome !== 'allowed') throw new RefundRefused({ kind: 'refund_forbidden', decision });
    const money = Money.of(decision.amount, payment.money.currency);
    const reason = this.gateway.refusal(money);
    if (reason !== null) throw new RefundRefused({ kind: 'amount_refused', reason });
    const { paymentId, note, by, role } = asked;
    const terms = { paymentId, money, reason: asked.reason, note, requestedBy: by, requestedRole: role, decision };
    const waits = passage.kind !== 'at_once';
    const decideBy = waits ? new Date(now.getTime() + TO_BE_DECIDED_WITHIN) : null;
    const refund = Refund.request(id, terms, decideBy, now);
    if (waits) return refund;
    refund.approve(null, null, now);
    refund.send(now);
    return refund;
  }
}
