import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal';
import type { PaymentResult } from '../../../application/payment/answer-once';
import { CancelPayment } from '../../../application/payment/cancel-payment';
import { CapturePayment } from '../../../application/payment/capture-payment';
import { ConfirmPayment } from '../../../application/payment/confirm-payment';
import { CurrentPrincipal, KeyScope, MOVES_MONEY, Roles } from '../access-decorators';
import { BackendWork } from '../audit/audited-routes';
import { IdempotencyKey, RequiresIdempotencyKey, scopeOf } from '../idempotency';
import { DECLINED, METHOD_PROBLEMS, OPERATION_PROBLEMS, Problems } from '../openapi-problems';
import { ConfirmPaymentDto } from './create-payment.dto';
import { PaymentIdPipe } from './payment-id.pipe';
import { CancelPaymentDto, CapturePaymentDto } from './payment-operations.dto';
import { PaymentPresenter } from './payment-presenter';
import { PaymentDto } from './payment.dto';

const DONE = { status: 200, type: PaymentDto, description: 'Done.' };
const IN_DOUBT = {
  status: 202,
  type: PaymentDto,
  description: 'The outcome is being found out; ask again with the same key.',
};
const ID = { name: 'id', example: 'pay_01jd8x3v5ze6w9q2r4t7y8v1p0' };

@ApiTags('payments')
@Controller({ path: 'payments/:id', version: '1' })
@Roles(...MOVES_MONEY)
@KeyScope('payments:write')
export class PaymentOperationsController {
  constructor(
    private readonly confirmPayment: ConfirmPayment,
    private readonly capturePayment: CapturePayment,
    private readonly cancelPayment: CancelPayment,
    private readonly presenter: PaymentPresenter,
  ) {}

  @Post('confirm')
  @BackendWork()
  @RequiresIdempotencyKey()
  @ApiOperation({ operationId: 'confirmPayment', summary: 'Charge the payment, or reserve the money for a capture' })
  @ApiParam(ID)
  @ApiResponse(DONE)
  @ApiResponse(IN_DOUBT)
  @Problems(...OPERATION_PROBLEMS, 'payment_expired', 'payment_not_at_stripe', ...METHOD_PROBLEMS, ...DECLINED)
  @ApiBody({ type: ConfirmPaymentDto, required: false })
  async confirm(
    @CurrentPrincipal() principal: Principal,
    @IdempotencyKey() key: string,
    @Param('id', PaymentIdPipe) id: string,
    @Body() body: ConfirmPaymentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentDto> {
    const { paymentMethod = null, returnUrl = null, offSession } = body;
    const idempotency = scopeOf(principal, 'POST /payments/{id}/confirm', key, { id, body });
    const command = { paymentId: id, paymentMethod, returnUrl, offSession, idempotency };
    const result = await this.confirmPayment.execute(command);
    return this.answer(result, principal, 'finishing', reply);
  }

  @Post('capture')
  @RequiresIdempotencyKey()
  @ApiOperation({
    operationId: 'capturePayment',
    summary: 'Take the reserved money, all or part of it; the rest is released',
  })
  @ApiParam(ID)
  @ApiResponse(DONE)
  @ApiResponse(IN_DOUBT)
  @Problems(...OPERATION_PROBLEMS, 'payment_not_at_stripe', 'capture_exceeds_authorization')
  @ApiBody({ type: CapturePaymentDto, required: false })
  async capture(
    @CurrentPrincipal() principal: Principal,
    @IdempotencyKey() key: string,
    @Param('id', PaymentIdPipe) id: string,
    @Body() body: CapturePaymentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentDto> {
    const idempotency = scopeOf(principal, 'POST /payments/{id}/capture', key, { id, body });
    const result = await this.capturePayment.execute({ paymentId: id, amount: body.amount ?? null, idempotency });
    return this.answer(result, principal, 'plain', reply);
  }

  @Post('cancel')
  @RequiresIdempotencyKey()
  @ApiOperation({
    operationId: 'cancelPayment',
    summary: 'End a payment that took no money, and release what it reserved',
  })
  @ApiParam(ID)
  @ApiResponse(DONE)
  @ApiResponse(IN_DOUBT)
  @Problems(...OPERATION_PROBLEMS)
  @ApiBody({ type: CancelPaymentDto, required: false })
  async cancel(
    @CurrentPrincipal() principal: Principal,
    @IdempotencyKey() key: string,
    @Param('id', PaymentIdPipe) id: string,
    @Body() body: CancelPaymentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentDto> {
    const idempotency = scopeOf(principal, 'POST /payments/{id}/cancel', key, { id, body });
    const command = { paymentId: id, reason: body.reason, by: principal.id, idempotency };
    return this.answer(await this.cancelPayment.execute(command), principal, 'plain', reply);
  }

  private async answer(
    result: PaymentResult,
    principal: Principal,
    show: 'finishing' | 'plain',
    reply: FastifyReply,
  ): Promise<PaymentDto> {
    const { payment, inDoubt } = await this.presenter.answer(result, principal, show);
    void reply.status(inDoubt ? 202 : 200);
    return payment;
  }
}
