import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal';
import { ApproveRefund } from '../../../application/refund/approve-refund';
import type { RequestChange } from '../../../application/refund/change-request';
import { refundViewOf } from '../../../application/refund/refund-view';
import { RejectRefund } from '../../../application/refund/reject-refund';
import { RequestRefund, type RefundResult } from '../../../application/refund/request-refund';
import { WithdrawRefund } from '../../../application/refund/withdraw-refund';
import type { RefundStatus } from '../../../domain/refund/refund-status';
import { CurrentPrincipal, KeyScope, READS_PAYMENTS, Roles } from '../access-decorators';
import { IdempotencyKey, RequiresIdempotencyKey, scopeOf } from '../idempotency';
import { KEYED_WRITE_PROBLEMS, Problems } from '../openapi-problems';
import { RefundIdPipe } from './refund-id.pipe';
import { REFUND_REFUSALS } from './refund-problems';
import { DECISION_PROBLEMS, refusedByStripe, requestProblem } from './refund-request-problems';
import { RefundDto, refundOf } from './refund.dto';
import { DecideRefundDto, RequestRefundDto } from './request-refund.dto';

const ID = { name: 'id', example: 'ref_01jd8x3v5ze6w9q2r4t7y8v1p0' };
const DONE = { status: 200, type: RefundDto, description: 'Done.' };
const UNDER_WAY = {
  status: 202,
  type: RefundDto,
  description: 'It is on its way to Stripe, or what became of it is being found out.',
};
/** Accepted and not known to be at Stripe yet. */
const NOT_KNOWN_YET: readonly RefundStatus[] = ['approved', 'executing', 'unknown'];

/** What staff do about refunds. How much each may do alone, and approve, is for the limits of the policies to say. */
@ApiTags('refunds')
@Controller({ path: 'refunds', version: '1' })
@Roles(...READS_PAYMENTS)
@KeyScope('refunds:write')
export class RefundRequestsController {
  constructor(
    private readonly requestRefund: RequestRefund,
    private readonly approveRefund: ApproveRefund,
    private readonly rejectRefund: RejectRefund,
    private readonly withdrawRefund: WithdrawRefund,
  ) {}

  @Post()
  @RequiresIdempotencyKey()
  @ApiOperation({
    operationId: 'requestRefund',
    summary: 'Give money back: at once within your limits, else when a second person approves it',
  })
  @ApiResponse({ status: 201, type: RefundDto, description: 'Made, or waiting for a decision: `status` says which.' })
  @ApiResponse(UNDER_WAY)
  @Problems(...KEYED_WRITE_PROBLEMS, ...REFUND_REFUSALS, 'amount_refused', 'refund_refused')
  async request(
    @CurrentPrincipal() principal: Principal,
    @IdempotencyKey() key: string,
    @Body() body: RequestRefundDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RefundDto> {
    const { paymentId, amount = null, currency = null, reason, note = null } = body;
    const asked = { paymentId, amount, currency, reason, note, role: principal.role, by: principal.id };
    const idempotency = scopeOf(principal, 'POST /refunds', key, { body });
    return answer(await this.requestRefund.execute({ ...asked, idempotency }), reply, 201);
  }

  @Post(':id/approve')
  @RequiresIdempotencyKey()
  @ApiOperation({ operationId: 'approveRefund', summary: 'Let a refund run that somebody else asked for' })
  @ApiParam(ID)
  @ApiResponse(DONE)
  @ApiResponse(UNDER_WAY)
  @ApiBody({ type: DecideRefundDto, required: false })
  @Problems(
    ...KEYED_WRITE_PROBLEMS,
    ...DECISION_PROBLEMS,
    'second_person_needed',
    'above_limit',
    'charge_disputed',
    'refund_refused',
  )
  async approve(
    @CurrentPrincipal() principal: Principal,
    @IdempotencyKey() key: string,
    @Param('id', RefundIdPipe) id: string,
    @Body() body: DecideRefundDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RefundDto> {
    return answer(await this.approveRefund.execute(changeOf('approve', principal, key, id, body)), reply, 200);
  }

  @Post(':id/reject')
  @RequiresIdempotencyKey()
  @ApiOperation({
    operationId: 'rejectRefund',
    summary: 'Decide that a refund does not run; what it held is free again',
  })
  @ApiParam(ID)
  @ApiResponse(DONE)
  @ApiBody({ type: DecideRefundDto, required: false })
  @Problems(...KEYED_WRITE_PROBLEMS, ...DECISION_PROBLEMS)
  async reject(
    @CurrentPrincipal() principal: Principal,
    @IdempotencyKey() key: string,
    @Param('id', RefundIdPipe) id: string,
    @Body() body: DecideRefundDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RefundDto> {
    return answer(await this.rejectRefund.execute(changeOf('reject', principal, key, id, body)), reply, 200);
  }

  @Post(':id/withdraw')
  @RequiresIdempotencyKey()
  @ApiOperation({ operationId: 'withdrawRefund', summary: 'Take back a refund that is not at Stripe' })
  @ApiParam(ID)
  @ApiResponse(DONE)
  @ApiBody({ type: DecideRefundDto, required: false })
  @Problems(...KEYED_WRITE_PROBLEMS, ...DECISION_PROBLEMS, 'refund_not_yours')
  async withdraw(
    @CurrentPrincipal() principal: Principal,
    @IdempotencyKey() key: string,
    @Param('id', RefundIdPipe) id: string,
    @Body() body: DecideRefundDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RefundDto> {
    return answer(await this.withdrawRefund.execute(changeOf('withdraw', principal, key, id, body)), reply, 200);
  }
}

function changeOf(what: string, principal: Principal, key: string, id: string, body: DecideRefundDto): RequestChange {
  const idempotency = scopeOf(principal, `POST /refunds/{id}/${what}`, key, { id, body });
  return { refundId: id, note: body.note ?? null, role: principal.role, by: principal.id, idempotency };
}

/** @throws ProblemException also for a refund that Stripe refused, whenever it is asked for again. */
function answer(result: RefundResult, reply: FastifyReply, done: 200 | 201): RefundDto {
  if (!result.ok) throw requestProblem(result.error);
  const refund = refundOf(refundViewOf(result.value));
  if (refund.status === 'failed' && refund.stripeRefund === null) throw refusedByStripe(refund);
  void reply.status(NOT_KNOWN_YET.includes(refund.status) ? 202 : done);
  return refund;
}
