import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { isCurrency, type Currency } from '../../../domain/shared/currency';
import { metadataReason } from '../metadata-rule';
import { CustomerId, Flag, Matches, Nullable, OneOf, Optional, Rule, Text, UtcInstant, isDay } from '../rules';
import { amountReason, confirmReason, offSessionReason, urlReason } from './payment-rules';

const OFF_SESSION =
  'The customer is not there to authenticate: charges a payment method that is kept for them, the default one when none is given.';
export const PAYMENT_METHOD = /^pm_[A-Za-z0-9_]{1,252}$/;

export class CreatePaymentDto {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    example: 4999,
    description: 'Minor units.',
  })
  @Rule('amount', amountReason)
  amount!: number;

  @ApiProperty({ type: 'string', example: 'gbp', description: 'ISO 4217, in lower case.' })
  @Rule('currency', (value) =>
    typeof value === 'string' && isCurrency(value) ? null : 'must be an ISO 4217 currency code in lower case',
  )
  currency!: Currency;

  @ApiProperty({ minLength: 1, maxLength: 200, example: 'booking_123', description: 'Your own name of what is paid.' })
  @Text(200)
  reference!: string;

  @ApiPropertyOptional({
    type: 'string',
    default: 'full',
    pattern: '^[a-z0-9_]{1,50}$',
    description: 'Which part of it is paid.',
  })
  @Optional()
  @Matches(/^[a-z0-9_]{1,50}$/, 'must be 1 to 50 lower-case letters, digits or underscores')
  purpose = 'full';

  @ApiPropertyOptional({ enum: ['automatic', 'manual'], default: 'automatic' })
  @Optional()
  @OneOf(['automatic', 'manual'])
  captureMethod: 'automatic' | 'manual' = 'automatic';

  @ApiPropertyOptional({ type: 'string', nullable: true, example: 'pm_card_visa', maxLength: 255 })
  @Nullable()
  @Matches(PAYMENT_METHOD, "must be the id of a Stripe payment method, 'pm_…', of at most 255 characters")
  paymentMethod?: string | null;

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description: 'Charge it now; else the client does, with the client secret.',
  })
  @Optional()
  @Rule('confirm', confirmReason)
  confirm = false;

  @ApiPropertyOptional({ type: 'boolean', default: false, description: OFF_SESSION })
  @Optional()
  @Rule('offSession', offSessionReason)
  offSession = false;

  @ApiPropertyOptional({ type: 'string', nullable: true, format: 'uri', description: 'Where the payer comes back to.' })
  @Nullable()
  @Rule('url', urlReason)
  returnUrl?: string | null;

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    example: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0',
    description: 'For whom it is made.',
  })
  @Nullable()
  @CustomerId()
  customer?: string | null;

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    maxLength: 500,
    description: 'Shown at Stripe as well. Not for personal data.',
  })
  @Nullable()
  @Text(500)
  description?: string | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string', maxLength: 500 },
    maxProperties: 40,
    description: 'Kept at Stripe as well. Not for personal data.',
  })
  @Optional()
  @Rule('metadata', metadataReason)
  metadata: Record<string, string> = {};

  @ApiPropertyOptional({ type: 'string', nullable: true, format: 'date', example: '2026-12-01' })
  @Nullable()
  @Rule('day', (value) => (isDay(value) ? null : 'must be a real date: YYYY-MM-DD'))
  serviceDate?: string | null;

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    format: 'date-time',
    description: 'At most 30 days from now.',
  })
  @Nullable()
  @UtcInstant()
  expiresAt?: string | null;

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description: 'Allow a second live payment of this reference and purpose.',
  })
  @Optional()
  @Flag()
  allowAnother = false;
}

export class ConfirmPaymentDto {
  @ApiPropertyOptional({ type: 'string', nullable: true, example: 'pm_card_visa', maxLength: 255 })
  @Nullable()
  @Matches(PAYMENT_METHOD, "must be the id of a Stripe payment method, 'pm_…', of at most 255 characters")
  paymentMethod?: string | null;

  @ApiPropertyOptional({ type: 'string', nullable: true, format: 'uri', description: 'Where the payer comes back to.' })
  @Nullable()
  @Rule('url', urlReason)
  returnUrl?: string | null;

  @ApiPropertyOptional({ type: 'boolean', default: false, description: OFF_SESSION })
  @Optional()
  @Flag()
  offSession = false;
}
