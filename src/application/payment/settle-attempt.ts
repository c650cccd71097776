import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import { isOver, mayRepeat, provenBy, settlementStep } from '../../domain/payment/settlement';
import type { Clock } from '../shared/clock';
import { findCreatedBy } from './created-intents';
import type { AttemptFinding, GatewayReading, PaymentGateway } from './payment-gateway';
import type { PaymentOutcome } from './payment-outcome';
import type { RecordFinding } from './record-finding';

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

  async execute(attemptId: string): Promise<PaymentOutcome> {
    const attempt = await this.payments.findAttempt(attemptId);
    const payment = attempt === null ? null : await this.payments.find(attempt.paymentId);
    if (attempt === null || payment === null) throw new Error(`attempt ${attemptId} does not exist`);
    const finding = attempt.isOpen ? await this.findOut(payment, attempt) : null;
    if (finding === null) return this.recordFinding.stillInDoubt(attemptId);
    const outcome = await this.recordFinding.execute(attemptId, finding, payment.version, `sweeper:${attemptId}`);
    return finding.kind === 'unknown' ? this.recordFinding.stillInDoubt(attemptId) : outcome;
  }

  /** What is known now; null when nothing new is. */
  private async findOut(payment: Payment, attempt: Attempt): Promise<AttemptFinding | null> {
    switch (settlementStep(payment, attempt, this.clock.now())) {
      case 'repeat':
        return this.repeat(payment, attempt);
      case 'read':
        return this.judge(payment, attempt, await this.gateway.read(payment.intent ?? ''));
      case 'list':
        return this.proven(payment, attempt, await findCreatedBy(this.gateway, attempt));
    }
  }

  /** The very same again. That a repeat did not get through says nothing of what went before it. */
  private async repeat(payment: Payment, attempt: Attempt): Promise<AttemptFinding | null> {
    const answer = await this.gateway.send(payment, attempt);
    return answer.kind === 'never_reached' ? null : answer;
  }

  /** The intent proves the attempt; or the attempt may be repeated; or it had no effect and never will. */
  private async judge(payment: Payment, attempt: Attempt, reading: GatewayReading): Promise<AttemptFinding | null> {
    if (reading.kind !== 'found') return null;
    const finding = this.proven(payment, attempt, reading);
    if (finding !== null) return finding;
    const now = this.clock.now();
    if (mayRepeat(payment, attempt, now)) return this.repeat(payment, attempt);
    if (!isOver(payment, attempt, now)) return null;
    const message = 'Stripe shows that it had no effect.';
    return { kind: 'rejected', code: 'no_effect', message, seen: reading.seen, request: null, replayed: false };
  }

  private proven(payment: Payment, attempt: Attempt, reading: GatewayReading): AttemptFinding | null {
    if (reading.kind !== 'found') return null;
    const over = isOver(payment, attempt, this.clock.now());
    const proof = provenBy(attempt, reading.seen, payment, over);
    return proof === null ? null : { kind: 'proven', proof, seen: reading.seen };
  }
}
