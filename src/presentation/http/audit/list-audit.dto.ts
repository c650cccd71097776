import { ApiPropertyOptional } from '@nestjs/swagger';
import type { AuditFilter } from '../../../application/audit/audit-queries';
import { PageQueryDto } from '../page-query.dto';
import { Optional, Text, UtcInstant } from '../rules';

export class ListAuditDto extends PageQueryDto {
  @ApiPropertyOptional({ maxLength: 300, example: 'sub:staff_7' })
  @Optional()
  @Text(300)
  principal?: string;

  @ApiPropertyOptional({ maxLength: 200, example: 'POST /payments/{id}/capture' })
  @Optional()
  @Text(200)
  action?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @Optional()
  @UtcInstant()
  since?: string;
}

export function auditFilterOf({ principal, action, since }: ListAuditDto): AuditFilter {
  return {
    ...(principal === undefined ? {} : { principal }),
    ...(action === undefined ? {} : { action }),
    ...(since === undefined ? {} : { since: new Date(since) }),
  };
}
