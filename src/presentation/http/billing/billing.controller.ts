import { Body, Controller, Get, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal';
import { ConfirmPayment } from '../../../application/payment/confirm-payment';
import { PaymentQueries } from '../../../application/payment/payment-queries';
import { CurrentPrincipal, Roles } from '../access-decorators';
import { IdempotencyKey, RequiresIdempotencyKey, scopeOf } from '../idempotency';
import { CUSTOMER_READ_PROBLEMS, DECLINED, OPERATION_PROBLEMS, Problems } from '../openapi-problems';
import { limitOf } from '../page-query.dto';
import { HistoryDto, historyFilterOf } from '../payment/list-payments.dto';
import { PaymentIdPipe } from '../payment/payment-id.pipe';
import { PaymentPresenter } from '../payment/payment-presenter';
import { PaymentDto, PaymentPageDto } from '../payment/payment.dto';
import { ConfirmOwnPaymentDto } from './billing.dto';
import { SignedInCustomer } from './signed-in-customer';

/** For a signed-in customer, where everything is their own. */
@ApiTags('billing')
@Controller({ path: 'billing', version: '1' })
@Roles('customer')
export class BillingController {
  constructor(
    private readonly signedIn: SignedInCustomer,
    private readonly queries: PaymentQueries,
    private readonly confirmPayment: ConfirmPayment,
    private readonly presenter: PaymentPresenter,
  ) {}

  @Get('history')
  @ApiOperation({ operationId: 'getOwnHistory', summary: 'Your payments, newest first' })
  @ApiResponse({ status: 200, type: PaymentPageDto, description: 'A page.' })
  @Problems(...CUSTOMER_READ_PROBLEMS, 'invalid_request')
  async history(@CurrentPrincipal() principal: Principal, @Query() query: HistoryDto): Promise<PaymentPageDto> {
    const customer = await this.signedIn.idOf(principal);
    if (customer === null) return { data: [], nextCursor: null };
    const filter = { ...historyFilterOf(query), customer };
    const { data, nextCursor } = await this.queries.list(filter, limitOf(query), query.cursor ?? null);
    return { data: data.map((view) => this.presenter.plain(view, principal)), nextCursor };
  }

  @Get('payments/:id')
  @ApiOperation({ operationId: 'getOwnPayment', summary: 'A payment of yours as it stands' })
  @ApiParam({ name: 'id', example: 'pay_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  @ApiResponse({ status: 200, type: PaymentDto, description: 'The payment.' })
  @Problems(...CUSTOMER_READ_PROBLEMS, 'payment_not_found')
  async payment(@CurrentPrincipal() principal: Principal, @Param('id', PaymentIdPipe) id: string): Promise<PaymentDto> {
    return this.presenter.finishing(await this.signedIn.payment(principal, id), principal);
  }

  @Post('confirm-payment')
  @RequiresIdempotencyKey()
  @ApiOperation({ operationId: 'confirmOwnPayment', summary: 'Pay a payment of yours' })
  @ApiResponse({ status: 200, type: PaymentDto, description: 'Done, or the next action says what is left to do.' })
  @ApiResponse({ status: 202, type: PaymentDto, description: 'Its outcome is being found out; ask again.' })
  @Problems(
    ...OPERATION_PROBLEMS.filter((code) => code !== 'scope_missing'),
    'payment_expired',
    'payment_not_at_stripe',
    'payment_method_not_found',
    ...DECLINED,
  )
  async confirm(
    @CurrentPrincipal() principal: Principal,
    @IdempotencyKey() key: string,
    @Body() body: ConfirmOwnPaymentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentDto> {
    const { paymentId, paymentMethod = null, returnUrl = null } = body;
    await this.signedIn.payment(principal, paymentId);
    const idempotency = scopeOf(principal, 'POST /billing/confirm-payment', key, { body });
    const command = { paymentId, paymentMethod, returnUrl, offSession: false, idempotency };
    const result = await this.confirmPayment.execute(command);
    const { payment, inDoubt } = await this.presenter.answer(result, principal, 'finishing');
    void reply.status(inDoubt ? HttpStatus.ACCEPTED : HttpStatus.OK);
    return payment;
  }
}
