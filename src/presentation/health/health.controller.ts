import { Controller, Get, ServiceUnavailableException, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { HealthChecks, type HealthEntry } from '../../application/shared/health';
import { Public } from '../http/access-decorators';
import { Draining } from '../http/draining';
import { Problems } from '../http/openapi-problems';
import { ProblemException } from '../http/problem';

const WELL = { status: 200, description: 'Yes.' };

@ApiTags('health')
@Controller({ path: 'health', version: VERSION_NEUTRAL })
@Public()
export class HealthController {
  private started = false;

  constructor(
    private readonly checks: HealthChecks,
    private readonly terminus: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly draining: Draining,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'getHealth', summary: 'How all the parts are doing' })
  @ApiResponse(WELL)
  @Problems('not_ready', 'internal_error')
  async all(): Promise<HealthCheckResult> {
    return this.report((await this.checks.check()).entries);
  }

  /** Touches nothing: a database that is down is no reason to restart this process. */
  @Get('live')
  @ApiOperation({ operationId: 'getLiveness', summary: 'Whether the process answers' })
  @ApiResponse(WELL)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ operationId: 'getReadiness', summary: 'Whether to send requests here' })
  @ApiResponse(WELL)
  @Problems('not_ready', 'shutting_down', 'internal_error')
  async ready(): Promise<HealthCheckResult> {
    if (this.draining.isDraining)
      throw new ProblemException('shutting_down', 'This instance is finishing what it has.');
    return this.database();
  }

  /** Succeeds for good once the database was there. */
  @Get('startup')
  @ApiOperation({ operationId: 'getStartup', summary: 'Whether it has started' })
  @ApiResponse(WELL)
  @Problems('not_ready', 'internal_error')
  async startup(): Promise<{ status: 'ok' }> {
    if (!this.started) await this.database();
    this.started = true;
    return { status: 'ok' };
  }

  private async database(): Promise<HealthCheckResult> {
    const { entries } = await this.checks.check();
    return this.report(entries.filter(({ name }) => name === 'database'));
  }

  private async report(entries: readonly HealthEntry[]): Promise<HealthCheckResult> {
    try {
      return await this.terminus.check(entries.map((entry) => () => this.indicate(entry)));
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      const down = entries.filter(({ status }) => status === 'down').map(({ name }) => name);
      const members = { checks: Object.fromEntries(entries.map(({ name, ...rest }) => [name, rest])) };
      throw new ProblemException('not_ready', `These are down: ${down.join(', ')}.`, { members });
    }
  }

  private indicate({ name, status, detail }: HealthEntry) {
    const session = this.indicators.check(name);
    return status === 'down' ? session.down({ detail }) : session.up({ degraded: status === 'degraded', detail });
  }
}
