import { Controller, Get, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Metrics } from '../../application/shared/metrics';
import { KeyScope, READS_METRICS, Roles } from '../http/access-decorators';
import { Problems, READ_PROBLEMS } from '../http/openapi-problems';

@ApiTags('health')
@Controller({ path: 'metrics', version: VERSION_NEUTRAL })
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** How many payments are declined is nobody's business but the shop's, so a collector has a key, narrowed to this. */
  @Get()
  @Roles(...READS_METRICS)
  @KeyScope('metrics:read')
  @ApiOperation({ operationId: 'getMetrics', summary: 'Figures of this instance, in the text format of Prometheus' })
  @ApiProduces('text/plain')
  @ApiResponse({ status: 200, description: 'The figures.', schema: { type: 'string' } })
  @Problems(...READ_PROBLEMS)
  async get(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { type, text } = await this.metrics.exposition();
    void reply.type(type);
    return text;
  }
}
