import type { Payment } from '../../domain/payment/payment';
import type { Refund } from '../../domain/refund/refund';
import type { RefundSight } from '../../domain/refund/refund-sight';
import type { Clock } from '../shared/clock';
import { GatewayUnavailable } from '../shared/gateway-unavailable';
import type { RecordRefund } from './record-refund';
import type { RefundAnswer, RefundGateway } from './refund-gateway';

/**
 * Finds out what became of a refund whose answer was lost. It never gives up into a failure: what it cannot find out it
 * lists for a person, and goes on looking.
 */
export class SettleRefund {
  constructor(
    private readonly gateway: RefundGateway,
    private readonly record: RecordRefund,
    private readonly clock: Clock,
  ) {}

  /** @returns `away` when Stripe did not answer. */
  async execute(payment: Payment, asked: Refund): Promise<'away' | undefined> {
    const refund = await this.record.change(asked, abandoned);
    if (refund.status !== 'unknown') return undefined;
    const answer = await this.findOut(payment, refund);
    const away = answer === 'away';
    const settled = answer === null || away ? refund : await this.record.answer(refund, answer);
    if (settled.isOpen) await this.record.stillInDoubt(settled, away);
    return away ? 'away' : undefined;
  }

  /**
   * By the complete list of the payment's refunds; else by the very same request with the very same key, while Stripe
   * keeps the key, unless it keeps a 500 under it. Null when nothing new is known; `away` when Stripe did not answer.
   */
  private async findOut(payment: Payment, refund: Refund): Promise<RefundAnswer | 'away' | null> {
    const all = await this.listed(payment);
    if (all === null) return 'away';
    const seen = all.find((each) => refund.matches(each));
    if (seen !== undefined) return { kind: 'accepted', seen };
    if (!refund.mayRepeat(this.clock.now())) return null;
    const answer = await this.gateway.send(payment, refund);
    // That a repeat did not get through says nothing of what went before it.
    return answer.kind === 'never_reached' ? 'away' : answer;
  }

  /** Null when Stripe does not say: however long that takes, a person is asked in the end. */
  private async listed(payment: Payment): Promise<RefundSight[] | null> {
    try {
      return await this.gateway.list(payment.intent ?? '');
    } catch (error) {
      if (error instanceof GatewayUnavailable) return null;
      throw error;
    }
  }
}

/** Its sender never came back: should the sender wake up and say that nothing left, somebody may have repeated it. */
function abandoned(refund: Refund, now: Date): void {
  if (refund.status !== 'executing') return;
  const { nextCheckAt } = refund.snapshot();
  refund.doubtful('lost_answer', 'Who sent it did not come back with the answer.', now, nextCheckAt ?? now);
}
