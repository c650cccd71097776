import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../../application/access/principal';
import { PaymentQueries } from '../../../application/payment/payment-queries';
import { CurrentPrincipal, KeyScope, READS_PAYMENTS, Roles } from '../access-decorators';
import { Problems, READ_PROBLEMS } from '../openapi-problems';
import { limitOf } from '../page-query.dto';
import { filterOf, ListPaymentsDto } from './list-payments.dto';
import { PaymentIdPipe } from './payment-id.pipe';
import { PaymentPresenter } from './payment-presenter';
import { paymentNotFound } from './payment-problems';
import { PaymentDto, PaymentPageDto } from './payment.dto';
import { TimelineDto, timelineOf } from './timeline.dto';

const ID = { name: 'id', example: 'pay_01jd8x3v5ze6w9q2r4t7y8v1p0' };

@ApiTags('payments')
@Controller({ path: 'payments', version: '1' })
export class PaymentsController {
  constructor(
    private readonly queries: PaymentQueries,
    private readonly presenter: PaymentPresenter,
  ) {}

  @Get()
  @Roles(...READS_PAYMENTS)
  @KeyScope('payments:read')
  @ApiOperation({ operationId: 'listPayments', summary: 'Payments, newest first' })
  @ApiResponse({ status: 200, type: PaymentPageDto, description: 'A page.' })
  @Problems(...READ_PROBLEMS, 'invalid_request')
  async list(@CurrentPrincipal() principal: Principal, @Query() query: ListPaymentsDto): Promise<PaymentPageDto> {
    const { data, nextCursor } = await this.queries.list(filterOf(query), limitOf(query), query.cursor ?? null);
    return { data: data.map((view) => this.presenter.plain(view, principal)), nextCursor };
  }

  @Get(':id')
  @Roles(...READS_PAYMENTS)
  @KeyScope('payments:read')
  @ApiOperation({ operationId: 'getPayment', summary: 'A payment as it stands' })
  @ApiParam(ID)
  @ApiResponse({ status: 200, type: PaymentDto, description: 'The payment.' })
  @Problems(...READ_PROBLEMS, 'payment_not_found')
  async get(@CurrentPrincipal() principal: Principal, @Param('id', PaymentIdPipe) id: string): Promise<PaymentDto> {
    const view = await this.queries.get(id);
    if (view === null) throw paymentNotFound();
    return this.presenter.finishing(view, principal);
  }

  @Get(':id/timeline')
  @Roles(...READS_PAYMENTS)
  @KeyScope('payments:read')
  @ApiOperation({ operationId: 'getPaymentTimeline', summary: 'All that happened to a payment, each with its cause' })
  @ApiParam(ID)
  @ApiResponse({ status: 200, type: TimelineDto, description: 'Its history.' })
  @Problems(...READ_PROBLEMS, 'payment_not_found')
  async timeline(@Param('id', PaymentIdPipe) id: string): Promise<TimelineDto> {
    if ((await this.queries.get(id)) === null) throw paymentNotFound();
    return timelineOf(await this.queries.timeline(id));
  }
}
