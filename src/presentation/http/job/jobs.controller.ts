import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../../application/access/principal';
import { DiscardJob } from '../../../application/job/discard-job';
import type { JobProblem } from '../../../application/job/job-problem';
import { JobQueries } from '../../../application/job/job-queries';
import { RedriveJob } from '../../../application/job/redrive-job';
import { RedriveJobs } from '../../../application/job/redrive-jobs';
import type { IdempotencyScope } from '../../../application/shared/idempotency';
import type { Result } from '../../../domain/shared/result';
import { CurrentPrincipal, KeyScope, MOVES_MONEY, READS_PAYMENTS, Roles } from '../access-decorators';
import { OptionalIdempotencyKey, scopeOf, TakesIdempotencyKey } from '../idempotency';
import { PLAIN_WRITE_PROBLEMS, Problems, READ_PROBLEMS } from '../openapi-problems';
import { limitOf } from '../page-query.dto';
import { ProblemException } from '../problem';
import { JobIdPipe } from './job-id.pipe';
import { jobNotFound, jobProblem } from './job-problems';
import { JobDetailsDto, JobPageDto, RedrivenDto } from './job.dto';
import { deadLettersOf, DiscardJobDto, jobFilterOf, ListJobsDto, MOST_REDRIVEN, RedriveJobsDto } from './jobs.dto';

const JOB = { name: 'id', example: 'job_000000000042' };

@ApiTags('jobs')
@Controller({ path: 'admin/jobs', version: '1' })
@Roles(...MOVES_MONEY)
@KeyScope('jobs:write')
export class JobsController {
  constructor(
    private readonly queries: JobQueries,
    private readonly redriveJob: RedriveJob,
    private readonly redriveJobs: RedriveJobs,
    private readonly discardJob: DiscardJob,
  ) {}

  @Get()
  @Roles(...READS_PAYMENTS)
  @KeyScope('jobs:read')
  @ApiOperation({ operationId: 'listJobs', summary: 'Jobs and dead letters, newest first' })
  @ApiResponse({ status: 200, type: JobPageDto, description: 'A page.' })
  @Problems(...READ_PROBLEMS, 'invalid_request')
  list(@Query() query: ListJobsDto): Promise<JobPageDto> {
    return this.queries.list(jobFilterOf(query), limitOf(query), query.cursor ?? null);
  }

  @Get(':id')
  @Roles(...READS_PAYMENTS)
  @KeyScope('jobs:read')
  @ApiOperation({ operationId: 'getJob', summary: 'A job, what failed so far, and the events that wait for it' })
  @ApiParam(JOB)
  @ApiResponse({ status: 200, type: JobDetailsDto, description: 'The job.' })
  @Problems(...READ_PROBLEMS, 'job_not_found')
  async get(@Param('id', JobIdPipe) id: string): Promise<JobDetailsDto> {
    const job = await this.queries.show(id);
    if (job === null) throw jobNotFound();
    return job;
  }

  @Post('redrive')
  @HttpCode(200)
  @TakesIdempotencyKey()
  @ApiOperation({
    operationId: 'redriveJobs',
    summary: 'Have dead letters worked on again',
    description: `The oldest first, and at most ${String(MOST_REDRIVEN)} at once. With all its tries, as if it were new.`,
  })
  @ApiResponse({ status: 200, type: RedrivenDto, description: 'They are queued.' })
  @Problems(...PLAIN_WRITE_PROBLEMS)
  async redriveMany(
    @CurrentPrincipal() principal: Principal,
    @OptionalIdempotencyKey() key: string | null,
    @Body() body: RedriveJobsDto,
  ): Promise<RedrivenDto> {
    const filter = deadLettersOf(body);
    if (body.all !== true && Object.keys(filter).length === 0) {
      const errors = [{ field: 'all', reason: 'must be true where nothing else is given' }];
      throw new ProblemException('invalid_request', 'It is not said which dead letters.', { errors });
    }
    const idempotency = keyed(principal, 'POST /admin/jobs/redrive', key, body);
    return valueOf(await this.redriveJobs.execute({ filter, most: MOST_REDRIVEN, idempotency }));
  }

  @Post(':id/redrive')
  @HttpCode(200)
  @TakesIdempotencyKey()
  @ApiOperation({
    operationId: 'redriveJob',
    summary: 'Have a job worked on again, at once',
    description: 'A dead letter, or one that waits for its next try. It has all its tries again.',
  })
  @ApiParam(JOB)
  @ApiResponse({ status: 200, type: JobDetailsDto, description: 'The job, queued.' })
  @Problems(...PLAIN_WRITE_PROBLEMS, 'job_not_found', 'job_state_forbids')
  async redrive(
    @CurrentPrincipal() principal: Principal,
    @Param('id', JobIdPipe) jobId: string,
    @OptionalIdempotencyKey() key: string | null,
  ): Promise<JobDetailsDto> {
    const idempotency = keyed(principal, 'POST /admin/jobs/{id}/redrive', key, { jobId });
    return valueOf(await this.redriveJob.execute({ jobId, idempotency }));
  }

  @Post(':id/discard')
  @HttpCode(200)
  @TakesIdempotencyKey()
  @ApiOperation({
    operationId: 'discardJob',
    summary: 'Decide that a dead letter is not worked on any more',
    description:
      'Its events are closed as ignored, and its saga is not gone on with. Who, when and why is kept for a time.',
  })
  @ApiParam(JOB)
  @ApiResponse({ status: 200, type: JobDetailsDto, description: 'The job, discarded.' })
  @Problems(...PLAIN_WRITE_PROBLEMS, 'job_not_found', 'job_state_forbids')
  async discard(
    @CurrentPrincipal() principal: Principal,
    @Param('id', JobIdPipe) jobId: string,
    @OptionalIdempotencyKey() key: string | null,
    @Body() { reason }: DiscardJobDto,
  ): Promise<JobDetailsDto> {
    const idempotency = keyed(principal, 'POST /admin/jobs/{id}/discard', key, { jobId, reason });
    return valueOf(await this.discardJob.execute({ jobId, reason, by: principal.id, idempotency }));
  }
}

function keyed(principal: Principal, route: string, key: string | null, asked: unknown): IdempotencyScope | null {
  return key === null ? null : scopeOf(principal, route, key, asked);
}

function valueOf<T>(result: Result<T, JobProblem>): T {
  if (!result.ok) throw jobProblem(result.error);
  return result.value;
}
