import { ApiPropertyOptional } from '@nestjs/swagger';
import type { PaymentFilter } from '../../../application/payment/payment-queries';
import { PAYMENT_STATUSES, type PaymentStatus } from '../../../domain/payment/payment-status';
import { isCurrency } from '../../../domain/shared/currency';
import { PageQueryDto } from '../page-query.dto';
import { CustomerId, OneOf, Optional, Rule, Text, UtcInstant } from '../rules';

const STATUSES = [...PAYMENT_STATUSES, 'unknown'] as const;

/** A query is text: each value is checked as text and converted here. */
export class HistoryDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: STATUSES })
  @Optional()
  @OneOf(STATUSES)
  status?: PaymentStatus | 'unknown';

  @ApiPropertyOptional({ format: 'date-time' })
  @Optional()
  @UtcInstant()
  createdFrom?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Exclusive.' })
  @Optional()
  @UtcInstant()
  createdBefore?: string;
}

export class ListPaymentsDto extends HistoryDto {
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

  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Only what a person must look at.' })
  @Optional()
  @OneOf(['true', 'false'])
  attention?: 'true' | 'false';
}

export function historyFilterOf({ status, createdFrom, createdBefore }: HistoryDto): PaymentFilter {
  return {
    ...(status === undefined ? {} : { status }),
    ...(createdFrom === undefined ? {} : { createdFrom: new Date(createdFrom) }),
    ...(createdBefore === undefined ? {} : { createdBefore: new Date(createdBefore) }),
  };
}

export function filterOf(query: ListPaymentsDto): PaymentFilter {
  const { reference, customer, currency, attention } = query;
  return {
    ...historyFilterOf(query),
    ...(reference === undefined ? {} : { reference }),
    ...(customer === undefined ? {} : { customer }),
    ...(currency === undefined ? {} : { currency }),
    ...(attention === undefined ? {} : { attention: attention === 'true' }),
  };
}
