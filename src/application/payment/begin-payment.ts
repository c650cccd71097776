import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import type { IdempotencyScope } from '../shared/idempotency';
import type { EndUnsentPayment } from './end-unsent-payment';
import type { Intake, PaymentIntake } from './payment-intake';

/** Takes a new payment in. One that holds its reference, but of which Stripe never heard, makes room for it. */
export class BeginPayment {
  constructor(
    private readonly intake: PaymentIntake,
    private readonly endUnsent: EndUnsentPayment,
  ) {}

  async execute(payment: Payment, attempt: Attempt, scope: IdempotencyScope): Promise<Intake> {
    const intake = await this.intake.begin(payment, attempt, scope);
    if (intake.kind !== 'reference_taken') return intake;
    const freed = await this.endUnsent.execute(intake.paymentId, 'superseded', `payment:${payment.id}`);
    return freed ? this.intake.begin(payment, attempt, scope) : intake;
  }
}
