import { Attempt } from '../../domain/payment/attempt';
import { Payment, type PaymentTerms } from '../../domain/payment/payment';
import type { Clock } from '../shared/clock';
import type { IdempotencyScope } from '../shared/idempotency';
import type { Identifiers } from '../shared/identifiers';
import type { AnswerOnce, Begun, PaymentResult } from './answer-once';
import { TOO_MANY } from './begin-operation';
import type { BeginPayment } from './begin-payment';
import type { PaymentGateway } from './payment-gateway';
import type { Seat } from './payments-in-flight';

export interface CreatePaymentCommand {
  readonly terms: Omit<PaymentTerms, 'expiresAt'>;
  /** When nobody has finished it by then, it is canceled; null for a day from now. */
  readonly expiresAt: Date | null;
  readonly paymentMethod: string | null;
  /** Charge it now; else the client does, with the client secret. */
  readonly confirm: boolean;
  readonly returnUrl: string | null;
  readonly idempotency: IdempotencyScope;
}

const DAY = 86_400_000;

/** Commits the payment and its first attempt, then asks Stripe for the intent, then commits the answer. */
export class CreatePayment {
  constructor(
    private readonly beginPayment: BeginPayment,
    private readonly gateway: PaymentGateway,
    private readonly answerOnce: AnswerOnce,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  execute(command: CreatePaymentCommand): Promise<PaymentResult> {
    return this.answerOnce.execute(command.idempotency, (seat) => this.begin(command, seat));
  }

  private async begin(command: CreatePaymentCommand, seat: Seat): Promise<Begun> {
    const refusal = this.gateway.refusal(command.terms.money);
    if (refusal !== null) return { kind: 'refused', problem: { kind: 'amount_refused', reason: refusal } };
    if (!seat.takeFor(command.terms.customer)) return TOO_MANY;
    const now = this.clock.now();
    const { paymentMethod, confirm, returnUrl } = command;
    const terms = { ...command.terms, expiresAt: command.expiresAt ?? new Date(now.getTime() + DAY) };
    const attemptId = this.identifiers.next('att');
    const payment = Payment.create(this.identifiers.next('pay'), terms, now, `attempt:${attemptId}`);
    const request = { operation: 'create', paymentMethod, confirm, returnUrl } as const;
    const attempt = Attempt.send(attemptId, payment.id, command.idempotency.principal, request, now);
    const intake = await this.beginPayment.execute(payment, attempt, command.idempotency);
    if (intake.kind === 'reference_taken') return { kind: 'refused', problem: intake };
    if (intake.kind === 'customer_unknown') return { kind: 'refused', problem: { kind: 'customer_not_found' } };
    return intake.kind === 'known' ? intake : { kind: 'begun', payment, attempt };
  }
}
