import { disputeAgainstRefund } from '../../domain/dispute/dispute';
import type { Disputes } from '../../domain/dispute/disputes';
import type { Payment } from '../../domain/payment/payment';
import { decideRefund, leftOf, type RefundDecision } from '../../domain/refund/refund-decision';
import { dailyBudget, passageOf, type RefundPassage, type RefundRole } from '../../domain/refund/refund-limits';
import { policyFor, refusedReason, type PaidPayment, type RefundPolicies } from '../../domain/refund/refund-policy';
import { addDays, dayIn, startOfDay } from '../../domain/shared/calendar';
import { Money } from '../../domain/shared/money';
import { err, ok, type Result } from '../../domain/shared/result';
import type { PoliciesInForce } from './policies-in-force';
import type { RefundProblem } from './refund-problem';
import type { RefundStandings } from './refund-standings';

/** What somebody would like back of a payment. */
export interface RefundQuestion {
  /** Minor units; null for all that comes back. */
  readonly amount: number | null;
  /** Of the amount; null for the payment's. */
  readonly currency: string | null;
  readonly reason: string;
  /** Who asks: their role, and under what their requests are kept. */
  readonly role: RefundRole;
  readonly by: string;
}

/** What the policies and the limits say of it: plain JSON. */
export interface RefundVerdict {
  readonly decision: RefundDecision;
  readonly passage: RefundPassage;
}

/** Why there is no refund. */
export type RefundRefusal = Extract<
  RefundProblem,
  {
    readonly kind:
      | 'payment_not_found'
      | 'payment_not_refundable'
      | 'charge_disputed'
      | 'currency_differs'
      | 'refund_exceeds_rest'
      | 'reason_unknown'
      | 'reason_reserved'
      | 'refund_forbidden'
      | 'above_limit';
  }
>;

/**
 * Answers what would come back of a payment, by which rule, and whether a second person must approve it. It only reads,
 * so that a quote and a request have the same answer; who then stores a request holds the payment's lock.
 */
export class DecideRefund {
  constructor(
    private readonly inForce: PoliciesInForce,
    private readonly standings: RefundStandings,
    private readonly disputes: Disputes,
  ) {}

  async execute(payment: Payment, question: RefundQuestion, now: Date): Promise<Result<RefundVerdict, RefundRefusal>> {
    const { status, captured, money } = payment.snapshot();
    if (status !== 'succeeded' || captured === 0) return err({ kind: 'payment_not_refundable', status });
    const dispute = disputeAgainstRefund(await this.disputes.ofPayment(payment.id));
    if (dispute !== null) return err({ kind: 'charge_disputed', disputeId: dispute.id });
    const { currency } = money;
    if ((question.currency ?? currency) !== currency) return err({ kind: 'currency_differs', currency });
    const { paidAt, taken } = await this.standings.of(payment.id);
    const paid = paidPaymentOf(payment, paidAt);
    const refused = this.refuse(paid, Money.of(taken, currency), question);
    if (refused !== null) return err(refused);
    const asked = question.amount === null ? null : Money.of(question.amount, currency);
    const ask = { payment: paid, taken: Money.of(taken, currency), asked, reason: question.reason, at: now };
    const decision = decideRefund(this.policies, ask);
    if (decision.outcome === 'forbidden') return err({ kind: 'refund_forbidden', decision });
    const passage = await this.passage(Money.of(decision.amount, currency), decision.needsApproval, question, now);
    if (passage.kind === 'above_limit') return err({ kind: 'above_limit', limit: passage.limit, currency });
    return ok({ decision, passage });
  }

  private get policies(): RefundPolicies {
    return this.inForce.policies;
  }

  private refuse(payment: PaidPayment, taken: Money, { reason, role, amount }: RefundQuestion): RefundRefusal | null {
    const refused = refusedReason(this.policies, policyFor(this.policies, payment), reason, role);
    if (refused !== null) return refused;
    const left = leftOf({ payment, taken });
    const isTooMuch = left.amount === 0 || (amount ?? 0) > left.amount;
    return isTooMuch ? { kind: 'refund_exceeds_rest', left: left.amount, currency: left.currency } : null;
  }

  private async passage(
    amount: Money,
    reasonNeedsApproval: boolean,
    { role, by }: RefundQuestion,
    now: Date,
  ): Promise<RefundPassage> {
    const { limits, timeZone } = this.policies;
    const facts = { role, amount, reasonNeedsApproval };
    const alone = passageOf(limits, { ...facts, today: Money.of(0, amount.currency) });
    if (alone.kind !== 'at_once' || dailyBudget(limits, role, amount.currency) === null) return alone;
    const day = dayIn(timeZone, now);
    const span = { from: startOfDay(timeZone, day), until: startOfDay(timeZone, addDays(day, 1)) };
    const today = await this.standings.atOnce(by, amount.currency, span);
    return passageOf(limits, { ...facts, today: Money.of(today, amount.currency) });
  }
}

function paidPaymentOf(payment: Payment, paidAt: Date): PaidPayment {
  const { id, money, captured, reference, purpose, metadata, serviceDate } = payment.snapshot();
  return { id, paid: Money.of(captured, money.currency), paidAt, reference, purpose, metadata, serviceDate };
}
