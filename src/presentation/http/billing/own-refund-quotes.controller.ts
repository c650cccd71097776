import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../../application/access/principal';
import { QuoteRefund } from '../../../application/refund/quote-refund';
import { CurrentPrincipal, Roles } from '../access-decorators';
import { BODY_READ_PROBLEMS, Problems } from '../openapi-problems';
import { queryOf, quoteOf, QuoteRefundDto, RefundQuoteDto } from '../refund/quote-refund.dto';
import { REFUND_REFUSALS, refundRefusal } from '../refund/refund-problems';
import { SignedInCustomer } from './signed-in-customer';

/** What a signed-in customer would get back of their own payments. */
@ApiTags('billing')
@Controller({ path: 'billing/refunds', version: '1' })
@Roles('customer')
export class OwnRefundQuotesController {
  constructor(
    private readonly signedIn: SignedInCustomer,
    private readonly quoteRefund: QuoteRefund,
  ) {}

  @Post('quote')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'quoteOwnRefund',
    summary: 'What would come back of a payment of yours, and why. Stores nothing',
  })
  @ApiResponse({ status: 200, type: RefundQuoteDto, description: 'The quote.' })
  @Problems(...BODY_READ_PROBLEMS.filter((code) => code !== 'scope_missing'), ...REFUND_REFUSALS)
  async quote(@CurrentPrincipal() principal: Principal, @Body() body: QuoteRefundDto): Promise<RefundQuoteDto> {
    await this.signedIn.payment(principal, body.paymentId);
    const result = await this.quoteRefund.execute(queryOf(body, principal));
    if (!result.ok) throw refundRefusal(result.error);
    return quoteOf(body.paymentId, result.value);
  }
}
