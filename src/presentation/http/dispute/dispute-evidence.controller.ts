import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../application/access/principal';
import { DisputeQueries } from '../../../application/dispute/dispute-queries';
import { SaveEvidence } from '../../../application/dispute/save-evidence';
import { SubmitEvidence } from '../../../application/dispute/submit-evidence';
import { CurrentPrincipal, KeyScope, MOVES_MONEY, Roles } from '../access-decorators';
import {
  IdempotencyKey,
  OptionalIdempotencyKey,
  RequiresIdempotencyKey,
  scopeOf,
  TakesIdempotencyKey,
} from '../idempotency';
import { PLAIN_WRITE_PROBLEMS, Problems } from '../openapi-problems';
import { DisputeIdPipe } from './dispute-id.pipe';
import { disputeNotFound, disputeProblem, notSubmitted } from './dispute-problems';
import { DisputeDetailsDto } from './dispute.dto';
import { changesIn, SaveEvidenceDto } from './save-evidence.dto';

const DISPUTE = { name: 'id', example: 'du_1' };

@ApiTags('disputes')
@Controller({ path: 'disputes/:id', version: '1' })
@Roles(...MOVES_MONEY)
@KeyScope('disputes:write')
export class DisputeEvidenceController {
  constructor(
    private readonly saveEvidence: SaveEvidence,
    private readonly submitEvidence: SubmitEvidence,
    private readonly queries: DisputeQueries,
  ) {}

  @Post('evidence')
  @HttpCode(200)
  @TakesIdempotencyKey()
  @ApiOperation({
    operationId: 'saveEvidence',
    summary: 'Collect evidence',
    description: 'It is kept here, sealed, until it is submitted. The body may have 7 MB.',
  })
  @ApiParam(DISPUTE)
  @ApiResponse({ status: 200, type: DisputeDetailsDto, description: 'The dispute with what is collected by now.' })
  @Problems(
    ...PLAIN_WRITE_PROBLEMS,
    'dispute_not_found',
    'dispute_not_answerable',
    'submission_in_progress',
    'evidence_too_large',
  )
  async save(
    @CurrentPrincipal() principal: Principal,
    @Param('id', DisputeIdPipe) disputeId: string,
    @OptionalIdempotencyKey() key: string | null,
    @Body() body: SaveEvidenceDto,
  ): Promise<DisputeDetailsDto> {
    const idempotency =
      key === null ? null : scopeOf(principal, 'POST /disputes/{id}/evidence', key, { disputeId, body });
    const saved = await this.saveEvidence.execute({ disputeId, changes: changesIn(body), idempotency });
    if (!saved.ok) throw disputeProblem(saved.error);
    return this.show(disputeId);
  }

  @Post('submit-evidence')
  @HttpCode(200)
  @RequiresIdempotencyKey()
  @ApiOperation({
    operationId: 'submitEvidence',
    summary: 'Submit what was collected, for good',
    description:
      'Most banks take evidence once: nothing can be added or corrected afterwards. What does not reach Stripe now is ' +
      'carried on until the deadline.',
  })
  @ApiParam(DISPUTE)
  @ApiResponse({ status: 200, type: DisputeDetailsDto, description: 'Stripe has it.' })
  @ApiResponse({ status: 202, type: DisputeDetailsDto, description: 'It is on its way; `submissions` tells of it.' })
  @Problems(
    ...PLAIN_WRITE_PROBLEMS,
    'idempotency_key_required',
    'dispute_not_found',
    'dispute_not_answerable',
    'submission_in_progress',
    'no_evidence',
    'overtaken',
    'no_effect',
    'rejected_by_stripe',
  )
  async submit(
    @CurrentPrincipal() principal: Principal,
    @Param('id', DisputeIdPipe) disputeId: string,
    @IdempotencyKey() key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DisputeDetailsDto> {
    const idempotency = scopeOf(principal, 'POST /disputes/{id}/submit-evidence', key, { disputeId });
    const result = await this.submitEvidence.execute({ disputeId, idempotency, actor: principal.id });
    if (!result.ok) throw disputeProblem(result.error);
    const { state, failure } = result.value.snapshot();
    if (state === 'not_submitted' && failure !== null) throw notSubmitted(failure);
    void reply.status(state === 'submitted' ? 200 : 202);
    return this.show(disputeId);
  }

  private async show(id: string): Promise<DisputeDetailsDto> {
    const view = await this.queries.get(id);
    if (view === null) throw disputeNotFound();
    return view;
  }
}
