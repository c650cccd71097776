import { ApiPropertyOptional } from '@nestjs/swagger';
import type { PaymentFilter } from '../../../application/payment/payment-queries';
import { PAYMENT_STATUSES, type PaymentStatus } from '../../../domain/payment/payment-status';
import { isCurrency } from '../../../domain/shared/currency';
import { CustomerId, OneOf, Optional, Rule, Text, UtcInstant } from '../rules';

const STATUSES = [...PAYMENT_STATUSES, 'unknown'] as const;
const MOST = 100;
const DEFAULT_LIMIT = 20;

/** A query is text: each value is checked as text and converted here. */
export class ListPaymentsDto {
  @ApiPropertyOptional({ enum: STATUSES })
  @Optional()
  @OneOf(STATUSES)
  status?: PaymentStatus | 'unknown';

  @ApiPropertyOptional({ maxLength: 200 })
  @Optional()
  @Text(200)
  reference?: string;

  @ApiPropertyOptional({ example: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  @Optional()
  @CustomerId()
  customer?: string;

  @ApiPropertyOptional({ example: 'gbp' })
  @Optional()
  @Rule('currency', (value) =>
    typeof value === 'string' && isCurrency(value) ? null : 'must be an ISO 4217 currency code in lower case',
  )
  currency?: string;

  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Only what a person must look at; for staff.' })
  @Optional()
  @OneOf(['true', 'false'])
  attention?: 'true' | 'false';

  @ApiPropertyOptional({ format: 'date-time' })
  @Optional()
  @UtcInstant()
  createdFrom?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Exclusive.' })
  @Optional()
  @UtcInstant()
  createdBefore?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST, default: DEFAULT_LIMIT })
  @Optional()
  @Rule('limit', (value) =>
    typeof value === 'string' && /^[1-9]\d{0,2}$/.test(value) && Number(value) <= MOST
      ? null
      : `must be an integer from 1 to ${String(MOST)}`,
  )
  limit?: string;

  @ApiPropertyOptional({ description: 'The `nextCursor` of the page before.' })
  @Optional()
  @Text(500)
  cursor?: string;
}

export function limitOf({ limit }: ListPaymentsDto): number {
  return limit === undefined ? DEFAULT_LIMIT : Number(limit);
}

export function filterOf(query: ListPaymentsDto): PaymentFilter {
  const { status, reference, customer, currency, attention, createdFrom, createdBefore } = query;
  return {
    ...(status === undefined ? {} : { status }),
    ...(reference === undefined ? {} : { reference }),
    ...(customer === undefined ? {} : { customer }),
    ...(currency === undefined ? {} : { currency }),
    ...(attention === undefined ? {} : { attention: attention === 'true' }),
    ...(createdFrom === undefined ? {} : { createdFrom: new Date(createdFrom) }),
    ...(createdBefore === undefined ? {} : { createdBefore: new Date(createdBefore) }),
  };
}
