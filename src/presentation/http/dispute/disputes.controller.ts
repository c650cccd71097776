import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DisputeQueries } from '../../../application/dispute/dispute-queries';
import { KeyScope, READS_DISPUTES, Roles } from '../access-decorators';
import { Problems, READ_PROBLEMS } from '../openapi-problems';
import { limitOf } from '../page-query.dto';
import { DisputeIdPipe } from './dispute-id.pipe';
import { disputeNotFound } from './dispute-problems';
import { DisputeDetailsDto, DisputePageDto } from './dispute.dto';
import { disputeFilterOf, ListDisputesDto } from './list-disputes.dto';

@ApiTags('disputes')
@Controller({ path: 'disputes', version: '1' })
@Roles(...READS_DISPUTES)
@KeyScope('disputes:read')
export class DisputesController {
  constructor(private readonly queries: DisputeQueries) {}

  @Get()
  @ApiOperation({ operationId: 'listDisputes', summary: 'Disputes and inquiries, newest first' })
  @ApiResponse({ status: 200, type: DisputePageDto, description: 'A page.' })
  @Problems(...READ_PROBLEMS, 'invalid_request')
  list(@Query() query: ListDisputesDto): Promise<DisputePageDto> {
    return this.queries.list(disputeFilterOf(query), limitOf(query), query.cursor ?? null);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getDispute', summary: 'A dispute with what was collected and submitted' })
  @ApiParam({ name: 'id', example: 'du_1' })
  @ApiResponse({ status: 200, type: DisputeDetailsDto, description: 'The dispute.' })
  @Problems(...READ_PROBLEMS, 'dispute_not_found')
  async get(@Param('id', DisputeIdPipe) id: string): Promise<DisputeDetailsDto> {
    const view = await this.queries.get(id);
    if (view === null) throw disputeNotFound();
    return view;
  }
}
