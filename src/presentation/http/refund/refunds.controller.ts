import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RefundQueries } from '../../../application/refund/refund-queries';
import { KeyScope, READS_PAYMENTS, Roles } from '../access-decorators';
import { Problems, READ_PROBLEMS } from '../openapi-problems';
import { limitOf } from '../page-query.dto';
import { RefundIdPipe } from './refund-id.pipe';
import { refundNotFound } from './refund-request-problems';
import { RefundDetailDto, refundOf, RefundPageDto, refundWithTimeline } from './refund.dto';
import { ListRefundsDto, refundFilterOf } from './request-refund.dto';

@ApiTags('refunds')
@Controller({ path: 'refunds', version: '1' })
@Roles(...READS_PAYMENTS)
@KeyScope('refunds:read')
export class RefundsController {
  constructor(private readonly queries: RefundQueries) {}

  @Get()
  @ApiOperation({
    operationId: 'listRefunds',
    summary: 'Refunds, newest first; `status=requested` waits for a decision',
  })
  @ApiResponse({ status: 200, type: RefundPageDto, description: 'A page.' })
  @Problems(...READ_PROBLEMS, 'invalid_request')
  async list(@Query() query: ListRefundsDto): Promise<RefundPageDto> {
    const { data, nextCursor } = await this.queries.list(refundFilterOf(query), limitOf(query), query.cursor ?? null);
    return { data: data.map(refundOf), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getRefund', summary: 'A refund as it stands, and all that happened to it' })
  @ApiParam({ name: 'id', example: 'ref_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  @ApiResponse({ status: 200, type: RefundDetailDto, description: 'The refund.' })
  @Problems(...READ_PROBLEMS, 'refund_not_found')
  async get(@Param('id', RefundIdPipe) id: string): Promise<RefundDetailDto> {
    const view = await this.queries.get(id);
    if (view === null) throw refundNotFound();
    return refundWithTimeline(view, await this.queries.timeline(view));
  }
}
