import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { hasScope, type Principal } from '../../../application/access/principal';
import { BeginSetup } from '../../../application/customer/begin-setup';
import { ShowSetup } from '../../../application/customer/show-setup';
import { Clock } from '../../../application/shared/clock';
import type { Consent } from '../../../domain/customer/setup';
import { CurrentPrincipal, KeyScope, READS_CUSTOMERS, Roles, WRITES_CUSTOMERS } from '../access-decorators';
import { OptionalIdempotencyKey, scopeOf, TakesIdempotencyKey } from '../idempotency';
import { DECLINED, IN_FLIGHT_PROBLEMS, PLAIN_WRITE_PROBLEMS, Problems, READ_PROBLEMS } from '../openapi-problems';
import { invalid } from '../problem';
import { BeginSetupDto, type GivenConsentDto } from './begin-setup.dto';
import { CustomerIdPipe } from './customer-id.pipe';
import { setupNotFound } from './payment-method-problems';
import { answerOf } from './setup-answer';
import { SetupIdPipe } from './setup-id.pipe';
import { SetupDto, setupFor } from './setup.dto';

const CUSTOMER = { name: 'id', example: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0' };
/** How far ahead the clock of who took the consent may be. */
const CLOCK_SKEW = 60_000;

@ApiTags('saved payment methods')
@Controller({ path: 'customers/:id/setups', version: '1' })
export class SetupsController {
  constructor(
    private readonly beginSetup: BeginSetup,
    private readonly showSetup: ShowSetup,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Roles(...WRITES_CUSTOMERS)
  @KeyScope('customers:write')
  @TakesIdempotencyKey()
  @ApiOperation({ operationId: 'beginSetup', summary: 'Save a payment method of a customer, with their consent' })
  @ApiParam(CUSTOMER)
  @ApiResponse({ status: 201, type: SetupDto, description: 'Stripe made it; `status` says what is next.' })
  @ApiResponse({ status: 202, type: SetupDto, description: 'Whether Stripe made it is being found out.' })
  @Problems(
    ...PLAIN_WRITE_PROBLEMS,
    'customer_not_found',
    'customer_refused',
    'payment_method_not_found',
    'rejected_by_stripe',
    'stripe_unreachable',
    ...IN_FLIGHT_PROBLEMS,
    ...DECLINED,
  )
  async begin(
    @CurrentPrincipal() principal: Principal,
    @Param('id', CustomerIdPipe) customerId: string,
    @OptionalIdempotencyKey() key: string | null,
    @Body() body: BeginSetupDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SetupDto> {
    const { usage, paymentMethod = null, confirm, returnUrl = null } = body;
    const idempotency =
      key === null ? null : scopeOf(principal, 'POST /customers/{id}/setups', key, { customerId, body });
    const consent = consentIn(body.consent, this.clock.now());
    const asked = { customerId, usage, consent, paymentMethod, confirm, returnUrl, idempotency, cause: 'api' };
    const { setup, inDoubt } = answerOf(await this.beginSetup.execute(asked), principal, mayFinish(principal));
    void reply.status(inDoubt ? 202 : 201);
    return setup;
  }

  @Get(':setupId')
  @Roles(...READS_CUSTOMERS)
  @KeyScope('customers:read')
  @ApiOperation({ operationId: 'getSetup', summary: 'The saving of a payment method as it stands' })
  @ApiParam(CUSTOMER)
  @ApiParam({ name: 'setupId', example: 'set_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  @ApiResponse({ status: 200, type: SetupDto, description: 'The setup.' })
  @Problems(...READ_PROBLEMS, 'customer_not_found', 'setup_not_found')
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param('id', CustomerIdPipe) customerId: string,
    @Param('setupId', SetupIdPipe) setupId: string,
  ): Promise<SetupDto> {
    const shown = await this.showSetup.execute(customerId, setupId);
    if (shown === null) throw setupNotFound();
    return setupFor(principal, shown, mayFinish(principal));
  }
}

/** The application's backend, which hands the client secret to the customer's browser. */
function mayFinish(principal: Principal): boolean {
  const { kind, role } = principal;
  const isWriter = (WRITES_CUSTOMERS as readonly string[]).includes(role);
  return kind === 'api_key' && isWriter && hasScope(principal, 'customers:write');
}

function consentIn({ textVersion, at, address = null }: GivenConsentDto, now: Date): Consent {
  const givenAt = typeof at === 'string' ? new Date(at) : now;
  if (givenAt.getTime() <= now.getTime() + CLOCK_SKEW) return { textVersion, at: givenAt, address };
  throw invalid([{ field: 'consent', reason: 'must not be given in the future' }]);
}
