import type { NextAction, PaymentFailure } from '../../domain/payment/intent-observation';
import type { CaptureMethod, Payment } from '../../domain/payment/payment';
import type { PaymentStatus } from '../../domain/payment/payment-status';

/** A payment as it is shown, without its client secret. Plain JSON; amounts in minor units, times in ISO 8601. */
export interface PaymentView {
  readonly id: string;
  /** `unknown` while the outcome of an attempt is being found out. */
  readonly status: PaymentStatus | 'unknown';
  readonly amount: number;
  readonly currency: string;
  readonly capturableAmount: number;
  readonly capturedAmount: number;
  readonly refundedAmount: number;
  readonly captureMethod: CaptureMethod;
  readonly reference: string;
  readonly purpose: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly serviceDate: string | null;
  readonly paymentMethod: string | null;
  readonly nextAction: NextAction | null;
  readonly failure: PaymentFailure | null;
  readonly cancellationReason: string | null;
  /** Why a person must look at it. */
  readonly attention: string | null;
  readonly expiresAt: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** @param inDoubt an attempt of this payment has been sent and is not settled. */
export function viewOf(payment: Payment, inDoubt: boolean): PaymentView {
  const props = payment.snapshot();
  return {
    id: props.id,
    status: inDoubt ? 'unknown' : props.status,
    amount: props.money.amount,
    currency: props.money.currency,
    capturableAmount: props.capturable,
    capturedAmount: props.captured,
    refundedAmount: 0,
    captureMethod: props.captureMethod,
    reference: props.reference,
    purpose: props.purpose,
    customer: props.customer,
    description: props.description,
    metadata: props.metadata,
    serviceDate: props.serviceDate,
    paymentMethod: props.paymentMethod,
    nextAction: props.nextAction,
    failure: props.failure,
    cancellationReason: props.cancellationReason,
    attention: props.attention,
    expiresAt: props.expiresAt.toISOString(),
    createdAt: props.createdAt.toISOString(),
    updatedAt: props.updatedAt.toISOString(),
  };
}
