import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import type { IdempotencyScope } from '../shared/idempotency';

export type Intake =
  | { readonly kind: 'begun' }
  /** The idempotency key was used before; nothing was stored. */
  | { readonly kind: 'known' }
  /** A live payment holds the reference and purpose; nothing was stored. */
  | { readonly kind: 'reference_taken'; readonly paymentId: string }
  /** There is no such customer; nothing was stored. */
  | { readonly kind: 'customer_unknown' };

/** Stores a new payment, its event, its first attempt and the idempotency record in one commit. */
export abstract class PaymentIntake {
  declare protected readonly port: 'PaymentIntake';

  abstract begin(payment: Payment, attempt: Attempt, scope: IdempotencyScope): Promise<Intake>;
}
