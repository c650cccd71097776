import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import type { Refund } from '../../domain/refund/refund';
import type { RefundSight } from '../../domain/refund/refund-sight';
import type { Refunds } from '../../domain/refund/refunds';
import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import { GatewayUnavailable } from '../shared/gateway-unavailable';
import type { SettleProblem } from '../shared/settle-problem';
import type { RecordRefund } from './record-refund';
import type { RefundGateway } from './refund-gateway';

type Settled = Result<void, SettleProblem>;

/** Settles a refund as a person found it out: by what Stripe's complete list of its payment shows, and by nothing else. */
export class SettleRefundByPerson {
  constructor(
    private readonly payments: Payments,
    private readonly refunds: Refunds,
    private readonly gateway: RefundGateway,
    private readonly record: RecordRefund,
    private readonly clock: Clock,
  ) {}

  async adopt(refundId: string, stripeRefund: string, by: string): Promise<Settled> {
    const loaded = await this.load(refundId);
    if (!loaded.ok) return loaded;
    const { refund, all } = loaded.value;
    const seen = all.find((each) => each.refund === stripeRefund);
    const differences = seen === undefined ? [`the payment has no ${stripeRefund}`] : differencesOf(refund, seen);
    if (seen === undefined || differences.length > 0) return err({ kind: 'not_its_own', differences });
    await this.record.change(refund, (current, now) => {
      if (current.isOpen) current.observe(seen, now, by);
    });
    return ok(undefined);
  }

  /** Nothing happened, and nothing can any more. */
  async noEffect(refundId: string, by: string, note: string): Promise<Settled> {
    const loaded = await this.load(refundId);
    if (!loaded.ok) return loaded;
    const { refund, all } = loaded.value;
    const from = refund.overFrom;
    if (from > this.clock.now()) return err({ kind: 'too_early', from });
    const made = all.find((each) => each.refundId === refund.id);
    if (made !== undefined) return err({ kind: 'has_effect', object: made.refund });
    await this.record.change(refund, (current, now) => {
      if (current.status === 'unknown') current.withdraw(by, note, now);
    });
    return ok(undefined);
  }

  /** Of one that is listed for a person though it is not in doubt. */
  async closeAttention(refundId: string, by: string): Promise<Settled> {
    const refund = await this.refunds.find(refundId);
    if (refund === null) return err({ kind: 'not_found' });
    if (refund.isOpen) return err({ kind: 'wrong_proof', takes: '--refund re_… or --no-effect' });
    if (refund.snapshot().attention === null) return err({ kind: 'not_in_doubt' });
    await this.record.change(refund, (current, now) => {
      if (!current.isOpen && current.snapshot().attention !== null) current.closeAttention(now, by);
    });
    return ok(undefined);
  }

  private async load(id: string): Promise<Result<{ refund: Refund; all: readonly RefundSight[] }, SettleProblem>> {
    const refund = await this.refunds.find(id);
    const payment: Payment | null = refund === null ? null : await this.payments.find(refund.paymentId);
    if (refund === null || payment === null) return err({ kind: 'not_found' });
    if (refund.status !== 'unknown') return err({ kind: 'not_in_doubt' });
    try {
      return ok({ refund, all: await this.gateway.list(payment.intent ?? '') });
    } catch (error) {
      if (error instanceof GatewayUnavailable) return err({ kind: 'stripe_unreachable' });
      throw error;
    }
  }
}

function differencesOf({ id, money }: Refund, seen: RefundSight): string[] {
  const differences: string[] = [];
  if (seen.refundId !== id) differences.push(`the refund in its metadata is ${seen.refundId ?? 'none'}, not ${id}`);
  if (seen.amount !== money.amount || seen.currency !== money.currency) {
    differences.push(`the amount is ${String(seen.amount)} ${seen.currency} in minor units, not ${money.toString()}`);
  }
  return differences;
}
