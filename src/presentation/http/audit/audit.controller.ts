import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditQueries } from '../../../application/audit/audit-queries';
import { KeyScope, Roles } from '../access-decorators';
import { Problems, READ_PROBLEMS } from '../openapi-problems';
import { limitOf } from '../page-query.dto';
import { AuditPageDto, auditPageOf } from './audit.dto';
import { auditFilterOf, ListAuditDto } from './list-audit.dto';

@ApiTags('audit')
@Controller({ path: 'admin/audit', version: '1' })
export class AuditController {
  constructor(private readonly queries: AuditQueries) {}

  @Get()
  @Roles('admin')
  @KeyScope('audit:read')
  @ApiOperation({ operationId: 'listAudit', summary: 'What staff did, newest first' })
  @ApiResponse({ status: 200, type: AuditPageDto, description: 'A page.' })
  @Problems(...READ_PROBLEMS, 'invalid_request')
  async list(@Query() query: ListAuditDto): Promise<AuditPageDto> {
    return auditPageOf(await this.queries.list(auditFilterOf(query), limitOf(query), query.cursor ?? null));
  }
}
