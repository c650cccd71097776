import { Attempt } from '../../domain/payment/attempt';
import { Payment, type PaymentTerms } from '../../domain/payment/payment';
import type { Clock } from '../shared/clock';
import type { IdempotencyScope } from '../shared/idempotency';
import type { Identifiers } from '../shared/identifiers';
import type { Begun } from './answer-once';
import type { EndUnsentPayment } from './end-unsent-payment';
import type { Intake, PaymentIntake } from './payment-intake';
import type { Payer, PreparePayer } from './prepare-payer';

export interface PaymentAsked {
  readonly terms: Omit<PaymentTerms, 'expiresAt'>;
  /** When nobody has finished it by then, it is canceled; null for a day from now. */
  readonly expiresAt: Date | null;
  readonly paymentMethod: string | null;
  /** Charge it now; else the client does, with the client secret. */
  readonly confirm: boolean;
  readonly returnUrl: string | null;
  /** The customer is not there: with a method that is kept for them, their default one when none is given. */
  readonly offSession: boolean;
  /** May be sent later, while Stripe cannot be reached; never with `confirm`. */
  readonly deferrable?: boolean;
  readonly idempotency: IdempotencyScope;
}

const DAY = 86_400_000;

/** Commits a new payment with its first attempt, once Stripe knows the customer for whom it is. */
export class BeginPayment {
  constructor(
    private readonly preparePayer: PreparePayer,
    private readonly intake: PaymentIntake,
    private readonly endUnsent: EndUnsentPayment,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  async execute(asked: PaymentAsked): Promise<Begun> {
    const attemptId = this.identifiers.next('att');
    const { paymentMethod, offSession, terms } = asked;
    const method = { customer: terms.customer, paymentMethod, offSession };
    const payer = await this.preparePayer.execute(method, `attempt:${attemptId}`);
    if (!payer.ok) return { kind: 'refused', problem: payer.error };
    const { payment, attempt } = this.make(asked, payer.value, attemptId);
    const intake = await this.takeIn(payment, attempt, asked.idempotency);
    switch (intake.kind) {
      case 'begun':
        return { kind: 'begun', payment, attempt };
      case 'known':
        return intake;
      case 'reference_taken':
        return { kind: 'refused', problem: intake };
      case 'customer_unknown':
        return { kind: 'refused', problem: { kind: 'customer_not_found' } };
    }
  }

  private make(asked: PaymentAsked, payer: Payer, attemptId: string): { payment: Payment; attempt: Attempt } {
    const now = this.clock.now();
    const terms = { ...asked.terms, expiresAt: asked.expiresAt ?? new Date(now.getTime() + DAY) };
    const payment = Payment.create(this.identifiers.next('pay'), terms, now, `attempt:${attemptId}`);
    const { confirm, returnUrl, offSession } = asked;
    const later = asked.deferrable === true && !confirm ? ({ deferrable: true } as const) : {};
    const request = { operation: 'create', ...payer, confirm, returnUrl, offSession, ...later } as const;
    return { payment, attempt: Attempt.send(attemptId, payment.id, asked.idempotency.principal, request, now) };
  }

  /** One that holds the reference, but of which Stripe never heard, makes room for it. */
  private async takeIn(payment: Payment, attempt: Attempt, scope: IdempotencyScope): Promise<Intake> {
    const intake = await this.intake.begin(payment, attempt, scope);
    if (intake.kind !== 'reference_taken') return intake;
    const freed = await this.endUnsent.execute(intake.paymentId, 'superseded', `payment:${payment.id}`);
    return freed ? this.intake.begin(payment, attempt, scope) : intake;
  }
}
