import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import { isOver, mayRepeat, provenBy, settlementStep } from '../../domain/payment/settlement';
import type { Clock } from '../shared/clock';
import { findCreatedBy } from './created-intents';
import type { AttemptFinding, GatewayReading, PaymentGateway } from './payment-gateway';
import type { PaymentOutcome } from './payment-outcome';
import type { RecordFinding } from './record-finding';

/** Null when nothing new is known; `away` when Stripe did not answer. */
type Finding = AttemptFinding | 'away' | null;

/**
 * Finds out what became of an attempt whose answer was lost. It never gives up into a failure: what it cannot find out
 * it lists for a person, and goes on looking.
 */
export class SettleAttempt {
  constructor(
    private readonly payments: Payments,
    private readonly gateway: PaymentGateway,
    private readonly recordFinding: RecordFinding,
    private readonly clock: Clock,
  ) {}

  /** @param listed what the list of intents showed of it, where that was looked through. */
  async execute(attemptId: string, listed: GatewayReading | null = null): Promise<PaymentOutcome> {
    const attempt = await this.payments.findAttempt(attemptId);
    const payment = attempt === null ? null : await this.payments.find(attempt.paymentId);
    if (attempt === null || payment === null) throw new Error(`attempt ${attemptId} does not exist`);
    const finding = attempt.isOpen ? await this.findOut(payment, attempt, listed) : null;
    if (finding === null || finding === 'away') return this.recordFinding.stillInDoubt(attemptId, finding === 'away');
    const outcome = await this.recordFinding.execute(attemptId, finding, payment.version, `sweeper:${attemptId}`);
    return finding.kind === 'unknown' ? this.recordFinding.stillInDoubt(attemptId) : outcome;
  }

  /** What is known now. */
  private async findOut(payment: Payment, attempt: Attempt, listed: GatewayReading | null): Promise<Finding> {
    switch (settlementStep(payment, attempt, this.clock.now())) {
      case 'repeat':
        // Where the list does not show it, it may not have been made.
        if (listed === null || listed.kind === 'missing') return this.repeat(payment, attempt);
        return this.judge(payment, attempt, listed);
      case 'read':
        return this.judge(payment, attempt, await this.gateway.read(payment.intent ?? ''));
      case 'list':
        return this.judge(payment, attempt, listed ?? (await findCreatedBy(this.gateway, attempt)));
    }
  }

  /** The very same again. That a repeat did not get through says nothing of what went before it. */
  private async repeat(payment: Payment, attempt: Attempt): Promise<Finding> {
    const answer = await this.gateway.send(payment, attempt);
    return answer.kind === 'never_reached' ? 'away' : answer;
  }

  /** The intent proves the attempt; or the attempt may be repeated; or it had no effect and never will. */
  private async judge(payment: Payment, attempt: Attempt, reading: GatewayReading): Promise<Finding> {
    if (reading.kind !== 'found') return reading.kind === 'unavailable' ? 'away' : null;
    const now = this.clock.now();
    const proof = provenBy(attempt, reading.seen, payment, isOver(payment, attempt, now));
    if (proof !== null) return { kind: 'proven', proof, seen: reading.seen };
    if (mayRepeat(payment, attempt, now)) return this.repeat(payment, attempt);
    if (!isOver(payment, attempt, now)) return null;
    const message = 'Stripe shows that it had no effect.';
    return { kind: 'rejected', code: 'no_effect', message, seen: reading.seen, request: null, replayed: false };
  }
}
