import { Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal';
import { ListPaymentMethods } from '../../../application/customer/list-payment-methods';
import { CurrentPrincipal, Roles } from '../access-decorators';
import { PaymentMethodChanges } from '../customer/payment-method-changes';
import { PaymentMethodIdPipe } from '../customer/payment-method-id.pipe';
import { paymentMethodNotFound } from '../customer/payment-method-problems';
import { PaymentMethodDto, paymentMethodDtoOf, PaymentMethodsDto } from '../customer/payment-method.dto';
import { CUSTOMER_READ_PROBLEMS, Problems } from '../openapi-problems';
import { SignedInCustomer } from './signed-in-customer';

const METHOD = { name: 'paymentMethod', example: 'pm_1QK2eZ2eZvKYlo2C' };

/** What a signed-in customer has saved. */
@ApiTags('billing')
@Controller({ path: 'billing/payment-methods', version: '1' })
@Roles('customer')
export class OwnPaymentMethodsController {
  constructor(
    private readonly signedIn: SignedInCustomer,
    private readonly listPaymentMethods: ListPaymentMethods,
    private readonly changes: PaymentMethodChanges,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listOwnPaymentMethods', summary: 'What you have saved, newest first' })
  @ApiResponse({ status: 200, type: PaymentMethodsDto, description: 'All of them.' })
  @Problems(...CUSTOMER_READ_PROBLEMS)
  async list(@CurrentPrincipal() principal: Principal): Promise<PaymentMethodsDto> {
    const customer = await this.signedIn.idOf(principal);
    const methods = customer === null ? null : await this.listPaymentMethods.execute(customer);
    return { data: (methods ?? []).map(paymentMethodDtoOf) };
  }

  @Post(':paymentMethod/default')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'setOwnDefaultPaymentMethod',
    summary: 'Charge it when nothing else is said; doing it twice does no more than once',
  })
  @ApiParam(METHOD)
  @ApiResponse({ status: 200, type: PaymentMethodDto, description: 'The payment method as it is now.' })
  @Problems(...CUSTOMER_READ_PROBLEMS, 'payment_method_not_found', 'payment_method_detached')
  async makeDefault(
    @CurrentPrincipal() principal: Principal,
    @Param('paymentMethod', PaymentMethodIdPipe) paymentMethod: string,
  ): Promise<PaymentMethodDto> {
    return this.changes.makeDefault(await this.owner(principal), paymentMethod, principal.id);
  }

  @Delete(':paymentMethod')
  @ApiOperation({
    operationId: 'detachOwnPaymentMethod',
    summary: 'Forget it, here and at Stripe; doing it twice does no more than once',
  })
  @ApiParam(METHOD)
  @ApiResponse({ status: 200, type: PaymentMethodDto, description: 'It is detached.' })
  @ApiResponse({ status: 202, type: PaymentMethodDto, description: 'Whether Stripe detached it is being found out.' })
  @Problems(
    ...CUSTOMER_READ_PROBLEMS,
    'payment_method_not_found',
    'payment_method_in_use',
    'rejected_by_stripe',
    'stripe_unreachable',
  )
  async detach(
    @CurrentPrincipal() principal: Principal,
    @Param('paymentMethod', PaymentMethodIdPipe) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentMethodDto> {
    const { paymentMethod, inDoubt } = await this.changes.detach(await this.owner(principal), id, principal.id);
    void reply.status(inDoubt ? 202 : 200);
    return paymentMethod;
  }

  /** Somebody of whom nothing is known has no payment methods. */
  private async owner(principal: Principal): Promise<string> {
    const customer = await this.signedIn.idOf(principal);
    if (customer === null) throw paymentMethodNotFound();
    return customer;
  }
}
