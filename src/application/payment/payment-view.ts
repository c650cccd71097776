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

/** What the payer's browser needs to finish a payment. Secret: whoever has it may pay. */
export interface PaymentFinishing {
  readonly clientSecret: string | null;
  /** Where the payer authenticates; it may carry the client secret. */
  readonly redirectUrl: string | null;
}

/** Beside the views and not in them: a view is kept for repeats, and what is kept holds no secret. */
const finishings = new WeakMap<PaymentView, PaymentFinishing>();

/** @returns null for a view that was not just made from its payment: then it is to be read. */
export function finishingBeside(view: PaymentView): PaymentFinishing | null {
  return finishings.get(view) ?? null;
}

/** @param inDoubt an attempt of this payment has been sent and is not settled. */
export function viewOf(payment: Payment, inDoubt: boolean): PaymentView {
  const props = payment.snapshot();
  const view: PaymentView = {
    id: props.id,
    status: inDoubt ? 'unknown' : props.status,
    amount: props.money.amount,
    currency: props.money.currency,
    capturableAmount: props.capturable,
    capturedAmount: props.captured,
    // An answer to what takes the money, so nothing has gone back yet.
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
  finishings.set(view, { clientSecret: props.clientSecret, redirectUrl: props.redirectUrl });
  return view;
}
