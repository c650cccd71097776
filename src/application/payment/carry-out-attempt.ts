import { Attempt } from '../../domain/payment/attempt';
import { Payment } from '../../domain/payment/payment';
import type { Clock } from '../shared/clock';
import type { AnswerIntake } from './answer-intake';
import { isReplayed, seenIn, settle } from './finding';
import type { GatewayAnswer, PaymentGateway } from './payment-gateway';
import { outcomeOf, type PaymentOutcome } from './payment-outcome';
import type { RecordFinding } from './record-finding';

/** Sends an attempt that is committed as sent, and commits what came of it. No transaction is open in between. */
export class CarryOutAttempt {
  constructor(
    private readonly gateway: PaymentGateway,
    private readonly answers: AnswerIntake,
    private readonly recordFinding: RecordFinding,
    private readonly clock: Clock,
  ) {}

  /** @param payment and the attempt, as they were committed. */
  async execute(payment: Payment, attempt: Attempt): Promise<PaymentOutcome> {
    const answer = await this.gateway.send(payment, attempt);
    const cause = `attempt:${attempt.id}`;
    const outcome = await this.storeAtOnce(payment, attempt, answer, cause);
    return outcome ?? this.record(payment, attempt, answer, cause);
  }

  private async record(payment: Payment, attempt: Attempt, answer: GatewayAnswer, cause: string) {
    const outcome = await this.recordFinding.execute(attempt.id, answer, payment.version, cause);
    if (outcome.kind !== 'unreachable' || answer.kind !== 'never_reached') return outcome;
    const { retryAfter } = answer;
    return retryAfter === undefined ? outcome : { ...outcome, retryAfter };
  }

  /**
   * The usual case, which needs nothing read again: Stripe showed the intent, and nobody was here meanwhile.
   * @returns null, with nothing stored, where it is another.
   */
  private async storeAtOnce(
    sent: Payment,
    open: Attempt,
    answer: GatewayAnswer,
    cause: string,
  ): Promise<PaymentOutcome | null> {
    const seen = seenIn(answer);
    if (seen === null || isReplayed(answer)) return null;
    const now = this.clock.now();
    const payment = Payment.restore(sent.snapshot());
    const attempt = Attempt.restore(open.snapshot());
    settle(attempt, answer, now);
    if (!payment.observe(seen, now, cause)) return null;
    const outcome = outcomeOf(payment, attempt);
    return (await this.answers.store(payment, attempt, outcome)) ? outcome : null;
  }
}
