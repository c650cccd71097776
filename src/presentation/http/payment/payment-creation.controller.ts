import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal';
import { CreatePayment, type CreatePaymentCommand } from '../../../application/payment/create-payment';
import { Clock } from '../../../application/shared/clock';
import { IdempotencyRecords, type IdempotencyScope } from '../../../application/shared/idempotency';
import { Money } from '../../../domain/shared/money';
import { CurrentPrincipal, KeyScope, MOVES_MONEY, Roles } from '../access-decorators';
import { BackendWork } from '../audit/audited-routes';
import { IdempotencyKey, RequiresIdempotencyKey, scopeOf } from '../idempotency';
import { DECLINED, IN_FLIGHT_PROBLEMS, PAYER_PROBLEMS, Problems, WRITE_PROBLEMS } from '../openapi-problems';
import { PrefersAsync, RESPOND_ASYNC } from '../preference';
import { invalid } from '../problem';
import { CreatePaymentDto } from './create-payment.dto';
import { PaymentPresenter } from './payment-presenter';
import { PaymentDto } from './payment.dto';

const LONGEST_LIFE = 30 * 86_400_000;

@ApiTags('payments')
@Controller({ path: 'payments', version: '1' })
export class PaymentCreationController {
  constructor(
    private readonly createPayment: CreatePayment,
    private readonly presenter: PaymentPresenter,
    private readonly records: IdempotencyRecords,
    private readonly clock: Clock,
  ) {}

  @Post()
  @BackendWork()
  @Roles(...MOVES_MONEY)
  @KeyScope('payments:write')
  @RequiresIdempotencyKey()
  @ApiOperation({ operationId: 'createPayment', summary: 'Create a payment, and charge it at once with confirm: true' })
  @ApiResponse({ status: 201, type: PaymentDto, description: 'The payment was created.' })
  @ApiResponse({
    status: 202,
    type: PaymentDto,
    description:
      'Its outcome is being found out; ask again with the same key. Or, with Preference-Applied: respond-async, Stripe ' +
      'cannot be reached: the payment is accepted, and created there later, within its expiry.',
    headers: { 'Preference-Applied': { description: 'respond-async', schema: { type: 'string' } } },
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description:
      'respond-async: without confirm, the payment is accepted with 202 though Stripe cannot be reached at the moment.',
    schema: { type: 'string', example: 'respond-async' },
  })
  @Problems(
    ...WRITE_PROBLEMS,
    ...IN_FLIGHT_PROBLEMS,
    'amount_refused',
    ...PAYER_PROBLEMS,
    'reference_taken',
    ...DECLINED,
  )
  async create(
    @CurrentPrincipal() principal: Principal,
    @IdempotencyKey() key: string,
    @PrefersAsync() prefersAsync: boolean,
    @Body() body: CreatePaymentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentDto> {
    const scope = scopeOf(principal, 'POST /payments', key, { body });
    await this.refuseExpiry(body.expiresAt ?? null, scope);
    const result = await this.createPayment.execute({
      ...commandOf(body, scope),
      deferrable: prefersAsync && !body.confirm,
    });
    const { payment, inDoubt, deferred } = await this.presenter.answer(result, principal, 'finishing');
    void reply.status(inDoubt || deferred ? 202 : 201);
    if (deferred) void reply.header('preference-applied', RESPOND_ASYNC);
    return payment;
  }

  /** A repeat of a request may come after the expiry that it asked for: it gets its first answer all the same. */
  private async refuseExpiry(expiresAt: string | null, scope: IdempotencyScope): Promise<void> {
    if (expiresAt === null) return;
    const ahead = new Date(expiresAt).getTime() - this.clock.now().getTime();
    if (ahead > 0 && ahead <= LONGEST_LIFE) return;
    if ((await this.records.find(scope)) !== null) return;
    throw invalid([{ field: 'expiresAt', reason: 'must be in the future, and at most 30 days from now' }]);
  }
}

function commandOf(body: CreatePaymentDto, idempotency: IdempotencyScope): CreatePaymentCommand {
  const { captureMethod, reference, purpose, allowAnother, metadata } = body;
  return {
    terms: {
      money: Money.of(body.amount, body.currency),
      captureMethod,
      reference,
      purpose,
      allowAnother,
      customer: body.customer ?? null,
      description: body.description ?? null,
      metadata,
      serviceDate: body.serviceDate ?? null,
    },
    expiresAt: typeof body.expiresAt === 'string' ? new Date(body.expiresAt) : null,
    paymentMethod: body.paymentMethod ?? null,
    confirm: body.confirm,
    returnUrl: body.returnUrl ?? null,
    offSession: body.offSession,
    idempotency,
  };
}
