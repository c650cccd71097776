import type { AnswerOnce, Begun, PaymentResult } from './answer-once';
import { TOO_MANY } from './begin-operation';
import type { BeginPayment, PaymentAsked } from './begin-payment';
import type { PaymentGateway } from './payment-gateway';
import type { Seat } from '../shared/operations-in-flight';

export type CreatePaymentCommand = PaymentAsked;

/** Commits the payment and its first attempt, then asks Stripe for the intent, then commits the answer. */
export class CreatePayment {
  constructor(
    private readonly beginPayment: BeginPayment,
    private readonly gateway: PaymentGateway,
    private readonly answerOnce: AnswerOnce,
  ) {}

  execute(command: CreatePaymentCommand): Promise<PaymentResult> {
    return this.answerOnce.execute(command.idempotency, (seat) => this.begin(command, seat));
  }

  private async begin(command: CreatePaymentCommand, seat: Seat): Promise<Begun> {
    const refusal = this.gateway.refusal(command.terms.money);
    if (refusal !== null) return { kind: 'refused', problem: { kind: 'amount_refused', reason: refusal } };
    // Before anything is stored: a shop that goes on sending costs nothing while Stripe is away.
    const pause = command.deferrable === true ? null : this.gateway.pause();
    if (pause !== null)
      return { kind: 'refused', problem: { kind: 'stripe_away', retryAfter: pause.retryAfter ?? null } };
    return seat.takeFor(command.terms.customer) ? this.beginPayment.execute(command) : TOO_MANY;
  }
}
