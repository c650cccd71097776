import { ApiPropertyOptional } from '@nestjs/swagger';
import type { DisputeFilter } from '../../../application/dispute/dispute-queries';
import { DISPUTE_STATUSES, type DisputeStatus } from '../../../domain/dispute/dispute-status';
import { PageQueryDto } from '../page-query.dto';
import { Matches, OneOf, Optional, UtcInstant } from '../rules';

/** A query is text: each value is checked as text and converted here. */
export class ListDisputesDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: DISPUTE_STATUSES })
  @Optional()
  @OneOf(DISPUTE_STATUSES)
  status?: DisputeStatus;

  @ApiPropertyOptional({ example: 'pay_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  @Optional()
  @Matches(/^pay_[0-7][0-9a-hjkmnp-tv-z]{25}$/, "must be the id of a payment, 'pay_…'")
  payment?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only those whose evidence is awaited until then.' })
  @Optional()
  @UtcInstant()
  dueBefore?: string;

  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Only what a person must look at.' })
  @Optional()
  @OneOf(['true', 'false'])
  attention?: 'true' | 'false';
}

export function disputeFilterOf({ status, payment, dueBefore, attention }: ListDisputesDto): DisputeFilter {
  return {
    ...(status === undefined ? {} : { status }),
    ...(payment === undefined ? {} : { payment }),
    ...(dueBefore === undefined ? {} : { dueBefore: new Date(dueBefore) }),
    ...(attention === undefined ? {} : { attention: attention === 'true' }),
  };
}
