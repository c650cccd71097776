import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../../application/access/principal';
import { QuoteRefund } from '../../../application/refund/quote-refund';
import { CurrentPrincipal, KeyScope, READS_PAYMENTS, Roles } from '../access-decorators';
import { ReadsOnly } from '../audit/audited-routes';
import { BODY_READ_PROBLEMS, Problems } from '../openapi-problems';
import { queryOf, quoteOf, QuoteRefundDto, RefundQuoteDto } from './quote-refund.dto';
import { REFUND_REFUSALS, refundRefusal } from './refund-problems';

@ApiTags('refunds')
@Controller({ path: 'refunds', version: '1' })
export class RefundQuotesController {
  constructor(private readonly quoteRefund: QuoteRefund) {}

  @Post('quote')
  @ReadsOnly()
  @HttpCode(200)
  @Roles(...READS_PAYMENTS)
  @KeyScope('refunds:read')
  @ApiOperation({
    operationId: 'quoteRefund',
    summary: 'What would come back of a payment, by which rule, and whether you may do it alone. Stores nothing',
  })
  @ApiResponse({ status: 200, type: RefundQuoteDto, description: 'The quote.' })
  @Problems(...BODY_READ_PROBLEMS, ...REFUND_REFUSALS)
  async quote(@CurrentPrincipal() principal: Principal, @Body() body: QuoteRefundDto): Promise<RefundQuoteDto> {
    const result = await this.quoteRefund.execute(queryOf(body, principal));
    if (!result.ok) throw refundRefusal(result.error);
    return quoteOf(body.paymentId, result.value);
  }
}
