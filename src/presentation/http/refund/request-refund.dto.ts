import { ApiPropertyOptional } from '@nestjs/swagger';
import { REFUND_STATUSES, type RefundStatus } from '../../../domain/refund/refund-status';
import type { RefundFilter } from '../../../application/refund/refund-queries';
import { PageQueryDto } from '../page-query.dto';
import { PAYMENT_ID } from '../payment/payment-id.pipe';
import { Matches, Nullable, OneOf, Optional, Text } from '../rules';
import { QuoteRefundDto } from './quote-refund.dto';

const LONGEST_NOTE = 1_000;
const NOTE = { type: 'string', nullable: true, maxLength: LONGEST_NOTE } as const;

/** As a quote is asked for, and why, for people. */
export class RequestRefundDto extends QuoteRefundDto {
  @ApiPropertyOptional({ ...NOTE, description: 'For staff; the customer is not shown it.' })
  @Nullable()
  @Text(LONGEST_NOTE)
  note?: string | null;
}

export class DecideRefundDto {
  @ApiPropertyOptional({ ...NOTE, description: 'Why, for staff; the customer is not shown it.' })
  @Nullable()
  @Text(LONGEST_NOTE)
  note?: string | null;
}

export class ListRefundsDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: REFUND_STATUSES })
  @Optional()
  @OneOf(REFUND_STATUSES)
  status?: RefundStatus;

  @ApiPropertyOptional({ example: 'pay_01jd8x3v5ze6w9q2r4t7y8v1p0', description: 'Only those of this payment.' })
  @Optional()
  @Matches(PAYMENT_ID, "must be the id of a payment, 'pay_…'")
  paymentId?: string;

  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Only those that a person must look at, or need not.' })
  @Optional()
  @OneOf(['true', 'false'])
  attention?: 'true' | 'false';
}

export function refundFilterOf({ status, paymentId, attention }: ListRefundsDto): RefundFilter {
  return {
    ...(status === undefined ? {} : { status }),
    ...(paymentId === undefined ? {} : { paymentId }),
    ...(attention === undefined ? {} : { attention: attention === 'true' }),
  };
}
