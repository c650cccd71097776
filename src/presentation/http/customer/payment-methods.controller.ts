import { Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ListExpiringPaymentMethods } from '../../../application/customer/list-expiring-payment-methods';
import { ListPaymentMethods } from '../../../application/customer/list-payment-methods';
import { KeyScope, READS_CUSTOMERS, Roles, WRITES_CUSTOMERS } from '../access-decorators';
import { Problems, READ_PROBLEMS } from '../openapi-problems';
import { limitOf } from '../page-query.dto';
import { CustomerIdPipe } from './customer-id.pipe';
import { customerNotFound } from './customer-problems';
import { PaymentMethodChanges } from './payment-method-changes';
import { PaymentMethodIdPipe } from './payment-method-id.pipe';
import {
  ExpiringDto,
  PaymentMethodDto,
  paymentMethodDtoOf,
  PaymentMethodPageDto,
  PaymentMethodsDto,
  withinDaysOf,
} from './payment-method.dto';

const CUSTOMER = { name: 'id', example: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0' };
const METHOD = { name: 'paymentMethod', example: 'pm_1QK2eZ2eZvKYlo2C' };
const CAUSE = 'api';

@ApiTags('saved payment methods')
@Controller({ version: '1' })
export class PaymentMethodsController {
  constructor(
    private readonly listPaymentMethods: ListPaymentMethods,
    private readonly listExpiring: ListExpiringPaymentMethods,
    private readonly changes: PaymentMethodChanges,
  ) {}

  @Get('customers/:id/payment-methods')
  @Roles(...READS_CUSTOMERS)
  @KeyScope('customers:read')
  @ApiOperation({ operationId: 'listPaymentMethods', summary: 'What a customer has saved, newest first' })
  @ApiParam(CUSTOMER)
  @ApiResponse({ status: 200, type: PaymentMethodsDto, description: 'All of them.' })
  @Problems(...READ_PROBLEMS, 'customer_not_found')
  async list(@Param('id', CustomerIdPipe) customerId: string): Promise<PaymentMethodsDto> {
    const methods = await this.listPaymentMethods.execute(customerId);
    if (methods === null) throw customerNotFound();
    return { data: methods.map(paymentMethodDtoOf) };
  }

  @Get('payment-methods/expiring')
  @Roles(...READS_CUSTOMERS)
  @KeyScope('customers:read')
  @ApiOperation({
    operationId: 'listExpiringPaymentMethods',
    summary: 'Saved cards of all customers that end soon, the first to end first',
  })
  @ApiResponse({ status: 200, type: PaymentMethodPageDto, description: 'A page.' })
  @Problems(...READ_PROBLEMS, 'invalid_request')
  async expiring(@Query() query: ExpiringDto): Promise<PaymentMethodPageDto> {
    const page = await this.listExpiring.execute(withinDaysOf(query), limitOf(query), query.cursor ?? null);
    return { data: page.data.map(paymentMethodDtoOf), nextCursor: page.nextCursor };
  }

  @Post('customers/:id/payment-methods/:paymentMethod/default')
  @HttpCode(200)
  @Roles(...WRITES_CUSTOMERS)
  @KeyScope('customers:write')
  @ApiOperation({
    operationId: 'setDefaultPaymentMethod',
    summary: 'Charge it when nothing else is said; doing it twice does no more than once',
  })
  @ApiParam(CUSTOMER)
  @ApiParam(METHOD)
  @ApiResponse({ status: 200, type: PaymentMethodDto, description: 'The payment method as it is now.' })
  @Problems(...READ_PROBLEMS, 'customer_not_found', 'payment_method_not_found', 'payment_method_detached')
  makeDefault(
    @Param('id', CustomerIdPipe) customerId: string,
    @Param('paymentMethod', PaymentMethodIdPipe) paymentMethod: string,
  ): Promise<PaymentMethodDto> {
    return this.changes.makeDefault(customerId, paymentMethod, CAUSE);
  }

  @Delete('customers/:id/payment-methods/:paymentMethod')
  @Roles(...WRITES_CUSTOMERS)
  @KeyScope('customers:write')
  @ApiOperation({
    operationId: 'detachPaymentMethod',
    summary: 'Forget it, here and at Stripe; doing it twice does no more than once',
  })
  @ApiParam(CUSTOMER)
  @ApiParam(METHOD)
  @ApiResponse({ status: 200, type: PaymentMethodDto, description: 'It is detached.' })
  @ApiResponse({ status: 202, type: PaymentMethodDto, description: 'Whether Stripe detached it is being found out.' })
  @Problems(
    ...READ_PROBLEMS,
    'customer_not_found',
    'payment_method_not_found',
    'payment_method_in_use',
    'rejected_by_stripe',
    'stripe_unreachable',
  )
  async detach(
    @Param('id', CustomerIdPipe) customerId: string,
    @Param('paymentMethod', PaymentMethodIdPipe) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentMethodDto> {
    const { paymentMethod, inDoubt } = await this.changes.detach(customerId, id, CAUSE);
    void reply.status(inDoubt ? 202 : 200);
    return paymentMethod;
  }
}
