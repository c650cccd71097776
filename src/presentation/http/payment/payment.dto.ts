import { ApiProperty } from '@nestjs/swagger';
import type { Principal } from '../../../application/access/principal';
import { CUSTOMER_ACTIONS, customerActionOf, type CustomerAction } from '../../../domain/payment/customer-action';
import type { NextAction } from '../../../domain/payment/intent-observation';
import type { PaymentFinishing, PaymentView } from '../../../application/payment/payment-view';
import { PAYMENT_STATUSES } from '../../../domain/payment/payment-status';
import { cancellationReasonFor, failureFor, isStaff } from './audience';

const STATUSES = [...PAYMENT_STATUSES, 'unknown'] as const;
const nullableText = (example: string | null, description = '') =>
  ({ type: 'string', nullable: true, example, ...(description === '' ? {} : { description }) }) as const;

export class NextActionDto {
  @ApiProperty({ example: 'redirect_to_url' })
  type!: string;
  @ApiProperty(nullableText(null, 'Where to send the payer; only for the one who may finish the payment.'))
  redirectUrl!: string | null;
}

export class FailureDto {
  @ApiProperty({ example: 'card_declined' })
  code!: string;
  @ApiProperty(nullableText('insufficient_funds'))
  declineCode!: string | null;
  @ApiProperty(nullableText('Your card has insufficient funds.', "Stripe's own words; null for customers."))
  message!: string | null;
}

/** A payment as the API shows it. */
export class PaymentDto {
  @ApiProperty({ example: 'pay_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  id!: string;
  @ApiProperty({ enum: STATUSES, description: '`unknown` while the outcome of a request is being found out.' })
  status!: (typeof STATUSES)[number];
  @ApiProperty({ type: 'integer', example: 4999, description: 'In minor units.' })
  amount!: number;
  @ApiProperty({ example: 'gbp' })
  currency!: string;
  @ApiProperty({ type: 'integer', example: 0 })
  capturableAmount!: number;
  @ApiProperty({ type: 'integer', example: 4999 })
  capturedAmount!: number;
  @ApiProperty({ type: 'integer', example: 0 })
  refundedAmount!: number;
  @ApiProperty({ enum: ['automatic', 'manual'] })
  captureMethod!: 'automatic' | 'manual';
  @ApiProperty({ example: 'booking_123' })
  reference!: string;
  @ApiProperty({ example: 'full' })
  purpose!: string;
  @ApiProperty(nullableText('cus_01jd8x3v5ze6w9q2r4t7y8v1p0'))
  customer!: string | null;
  @ApiProperty(nullableText(null))
  description!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: {} })
  metadata!: Record<string, string>;
  @ApiProperty(nullableText('2026-12-01'))
  serviceDate!: string | null;
  @ApiProperty(nullableText('pm_card_visa'))
  paymentMethod!: string | null;
  @ApiProperty(nullableText(null, 'For Stripe.js; only for the one who may finish the payment, while it can be.'))
  clientSecret!: string | null;
  @ApiProperty({ type: NextActionDto, nullable: true })
  nextAction!: NextActionDto | null;
  @ApiProperty({ type: FailureDto, nullable: true })
  failure!: FailureDto | null;
  @ApiProperty({
    enum: CUSTOMER_ACTIONS,
    nullable: true,
    description: 'What to ask the customer for, so that the payment goes on.',
  })
  customerAction!: CustomerAction | null;
  @ApiProperty(nullableText(null))
  cancellationReason!: string | null;
  @ApiProperty({ ...nullableText(null, 'Why a person must look at it; absent for customers.'), required: false })
  attention?: string | null;
  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

export class PaymentPageDto {
  @ApiProperty({ type: [PaymentDto] })
  data!: PaymentDto[];
  @ApiProperty(nullableText(null, 'Send it as `cursor` for the next page; null on the last one.'))
  nextCursor!: string | null;
}

/**
 * @param finishing what the one who may finish the payment needs; null for everyone else.
 * Metadata is sorted, because a kept answer forgets the order, and a replay must be the same to the byte.
 */
export function paymentFor(principal: Principal, view: PaymentView, finishing: PaymentFinishing | null): PaymentDto {
  const { nextAction, failure } = view;
  return {
    id: view.id,
    status: view.status,
    amount: view.amount,
    currency: view.currency,
    capturableAmount: view.capturableAmount,
    capturedAmount: view.capturedAmount,
    refundedAmount: view.refundedAmount,
    captureMethod: view.captureMethod,
    reference: view.reference,
    purpose: view.purpose,
    customer: view.customer,
    description: view.description,
    metadata: Object.fromEntries(Object.entries(view.metadata).sort(([a], [b]) => (a < b ? -1 : 1))),
    serviceDate: view.serviceDate,
    paymentMethod: view.paymentMethod,
    clientSecret: finishing?.clientSecret ?? null,
    // The address of the bank's challenge carries the client secret.
    nextAction: nextAction && { type: nextAction.type, redirectUrl: finishing && redirectUrlOf(nextAction, finishing) },
    failure: failure && failureFor(principal, failure),
    customerAction: customerActionOf(view.status, failure),
    cancellationReason: cancellationReasonFor(principal, view.cancellationReason),
    ...(isStaff(principal) ? { attention: view.attention } : {}),
    expiresAt: view.expiresAt,
    createdAt: view.createdAt,
    updatedAt: view.updatedAt,
  };
}

/** The address is kept when its action is over; it belongs to a redirect only. */
function redirectUrlOf(action: NextAction, finishing: PaymentFinishing): string | null {
  return action.type === 'redirect_to_url' ? finishing.redirectUrl : null;
}
