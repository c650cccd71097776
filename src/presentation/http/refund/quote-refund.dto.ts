import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Principal } from '../../../application/access/principal';
import type { RefundVerdict } from '../../../application/refund/decide-refund';
import type { RefundQuery } from '../../../application/refund/quote-refund';
import { DEFAULT_REASON } from '../../../domain/refund/refund-policy';
import { isCurrency, type Currency } from '../../../domain/shared/currency';
import { PAYMENT_ID } from '../payment/payment-id.pipe';
import { amountReason } from '../payment/payment-rules';
import { Matches, Optional, Rule } from '../rules';

const AMOUNT = { type: 'integer', minimum: 0, description: 'Minor units.' } as const;

/** What is asked back, of whatever payment. */
export class QuoteRefundDto {
  @ApiProperty({ example: 'pay_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  @Matches(PAYMENT_ID, "must be the id of a payment, 'pay_…'")
  paymentId!: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Minor units; all that comes back when left out.',
  })
  @Optional()
  @Rule('amount', amountReason)
  amount?: number;

  @ApiPropertyOptional({ type: 'string', example: 'gbp', description: "The payment's, in lower case." })
  @Optional()
  @Rule('currency', (value) =>
    typeof value === 'string' && isCurrency(value) ? null : 'must be an ISO 4217 currency code in lower case',
  )
  currency?: Currency;

  @ApiPropertyOptional({
    type: 'string',
    default: DEFAULT_REASON,
    example: 'illness',
    description: 'requested_by_customer, duplicate, fraudulent, or one that the policies name.',
  })
  @Optional()
  @Matches(/^[a-z][a-z0-9_]{0,59}$/, 'must be 1 to 60 small letters, digits and _, beginning with a letter')
  reason = DEFAULT_REASON;
}

class RefundPartsDto {
  @ApiProperty({ ...AMOUNT, description: 'What was captured: the sum of the next four.' })
  paid!: number;
  @ApiProperty({ ...AMOUNT, description: 'What never comes back.' })
  nonRefundable!: number;
  @ApiProperty({ ...AMOUNT, description: 'What the percentage of the rule keeps.' })
  share!: number;
  @ApiProperty({ ...AMOUNT, description: 'What the rule keeps besides.' })
  fee!: number;
  @ApiProperty({ ...AMOUNT, description: 'What the rule gives back of the whole payment.' })
  given!: number;
  @ApiProperty({ ...AMOUNT, description: 'Of that: refunded, on its way, or reserved by requests.' })
  taken!: number;
  @ApiProperty({ ...AMOUNT, description: 'Neither refunded nor reserved, whatever the policy says.' })
  left!: number;
}

class ApprovalDto {
  @ApiProperty({ description: 'Whether a second person must approve it before it runs.' })
  needed!: boolean;
  @ApiProperty({
    enum: ['reason', 'at_once', 'per_day'],
    nullable: true,
    description: 'Because of the reason, of what you may refund at once, or of what you may in a day.',
  })
  because!: 'reason' | 'at_once' | 'per_day' | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'That limit, in minor units.' })
  limit!: number | null;
}

export class RefundQuoteDto {
  @ApiProperty({ example: 'pay_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  paymentId!: string;
  @ApiProperty({ ...AMOUNT, example: 5000, description: 'What would be refunded, in minor units; 0 when nothing is.' })
  amount!: number;
  @ApiProperty({ ...AMOUNT, example: 5000, description: 'The most that the policy gives back now.' })
  maximum!: number;
  @ApiProperty({ example: 'gbp' })
  currency!: string;
  @ApiProperty({ example: 'requested_by_customer' })
  reason!: string;
  @ApiProperty({ example: 'half_until_7_days_before', description: 'The rule of the policy that decided.' })
  rule!: string;
  @ApiProperty({ example: 'training' })
  policy!: string;
  @ApiProperty({ example: 'training-1', description: 'The version of the policies.' })
  version!: string;
  @ApiProperty({
    example: '50.00 GBP of 100.00 GBP comes back: 50 % until 8 December 2026 (UTC), 7 days before the service.',
    description: 'The decision, to be shown to a person.',
  })
  sentence!: string;
  @ApiProperty({
    type: 'string',
    format: 'date',
    nullable: true,
    example: '2026-12-08',
    description: 'The last day on which the rule holds, whole; null when it has no end.',
  })
  lastDay!: string | null;
  @ApiProperty({ example: 'Europe/Madrid', description: 'Where that day ends.' })
  timeZone!: string;
  @ApiProperty({ type: ApprovalDto })
  approval!: ApprovalDto;
  @ApiProperty({ type: RefundPartsDto })
  parts!: RefundPartsDto;
}

export function queryOf(body: QuoteRefundDto, { role, id: by }: Principal): RefundQuery {
  const { paymentId, amount = null, currency = null, reason } = body;
  return { paymentId, amount, currency, reason, role, by };
}

export function quoteOf(paymentId: string, { decision, passage }: RefundVerdict): RefundQuoteDto {
  const { outcome: _outcome, needsApproval: _needed, ...shown } = decision;
  const waits = passage.kind === 'needs_approval' ? passage : null;
  const approval = { needed: waits !== null, because: waits?.because ?? null, limit: waits?.limit ?? null };
  return { paymentId, ...shown, approval };
}
