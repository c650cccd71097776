import { Body, Controller, Get, Ip, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal';
import { BeginSetup } from '../../../application/customer/begin-setup';
import { ShowSetup } from '../../../application/customer/show-setup';
import { Clock } from '../../../application/shared/clock';
import { CurrentPrincipal, Roles } from '../access-decorators';
import { BeginOwnSetupDto } from '../customer/begin-setup.dto';
import { setupNotFound } from '../customer/payment-method-problems';
import { answerOf } from '../customer/setup-answer';
import { SetupIdPipe } from '../customer/setup-id.pipe';
import { SetupDto, setupFor } from '../customer/setup.dto';
import { OptionalIdempotencyKey, scopeOf, TakesIdempotencyKey } from '../idempotency';
import {
  CUSTOMER_READ_PROBLEMS,
  DECLINED,
  IN_FLIGHT_PROBLEMS,
  PLAIN_WRITE_PROBLEMS,
  Problems,
} from '../openapi-problems';
import { SignedInCustomer } from './signed-in-customer';

/** A signed-in customer saves a payment method, and is given what finishes that. */
@ApiTags('billing')
@Controller({ path: 'billing/payment-methods/setups', version: '1' })
@Roles('customer')
export class OwnSetupsController {
  constructor(
    private readonly signedIn: SignedInCustomer,
    private readonly beginSetup: BeginSetup,
    private readonly showSetup: ShowSetup,
    private readonly clock: Clock,
  ) {}

  @Post()
  @TakesIdempotencyKey()
  @ApiOperation({ operationId: 'beginOwnSetup', summary: 'Save a payment method of yours, with your consent' })
  @ApiResponse({ status: 201, type: SetupDto, description: 'Stripe made it; `status` says what is next.' })
  @ApiResponse({ status: 202, type: SetupDto, description: 'Whether Stripe made it is being found out.' })
  @Problems(
    ...PLAIN_WRITE_PROBLEMS.filter((code) => code !== 'scope_missing'),
    'customer_refused',
    'payment_method_not_found',
    'rejected_by_stripe',
    'stripe_unreachable',
    ...IN_FLIGHT_PROBLEMS,
    ...DECLINED,
  )
  async begin(
    @CurrentPrincipal() principal: Principal,
    @Ip() address: string,
    @OptionalIdempotencyKey() key: string | null,
    @Body() body: BeginOwnSetupDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SetupDto> {
    const { usage, paymentMethod = null, confirm, returnUrl = null } = body;
    const customerId = await this.signedIn.idFor(principal);
    // With the customer: the same subject may be another customer's by the time that it is repeated.
    const idempotency =
      key === null ? null : scopeOf(principal, 'POST /billing/payment-methods/setups', key, { customerId, body });
    const consent = { textVersion: body.consent.textVersion, at: this.clock.now(), address };
    const cause = principal.id;
    const asked = { customerId, usage, consent, paymentMethod, confirm, returnUrl, idempotency, cause };
    const { setup, inDoubt } = answerOf(await this.beginSetup.execute(asked), principal, true);
    void reply.status(inDoubt ? 202 : 201);
    return setup;
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getOwnSetup', summary: 'The saving of a payment method of yours as it stands' })
  @ApiParam({ name: 'id', example: 'set_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  @ApiResponse({ status: 200, type: SetupDto, description: 'The setup, with what finishes it.' })
  @Problems(...CUSTOMER_READ_PROBLEMS, 'setup_not_found')
  async get(@CurrentPrincipal() principal: Principal, @Param('id', SetupIdPipe) id: string): Promise<SetupDto> {
    const customer = await this.signedIn.idOf(principal);
    const shown = customer === null ? null : await this.showSetup.execute(customer, id);
    if (shown === null) throw setupNotFound();
    return setupFor(principal, shown, true);
  }
}
