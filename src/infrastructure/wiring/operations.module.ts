import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Backlog, BacklogLimits } from '../../application/job/backlog';
import { HealthChecks } from '../../application/shared/health';
import { DatabaseClock } from '../postgres/database-clock';
import { RedisConnection } from '../redis/redis-connection';
import { CallsForPerson } from '../postgres/calls-for-person';
import { PostgresUnitOfWork } from '../postgres/postgres-unit-of-work';
import { StripeAccountProbe } from '../stripe/stripe-account-probe';
import { BackgroundWork } from './background-work';
import {
  breakersProbe,
  clockProbe,
  databaseProbe,
  publishedKeysProbe,
  queueProbe,
  recoveryProbe,
  redisProbe,
  stripeProbe,
} from './health-probes';
import { JOB_WORK, JobWork } from './job-work';
import { OPERATIONAL_FIGURES } from './operational-figures';
import { Rounds, ROUNDS } from './rounds';
import type { ServiceConfig } from './service-config';
import { StripeGuards } from './stripe-guards';
import { SystemHealth } from './system-health';
import { TokenKeys } from './token-keys';
import { Troubles } from './troubles';
import { useCase } from './use-case';

/** What the service does by itself, and how it is doing. */
@Module({})
export class OperationsModule {
  static register(config: ServiceConfig): DynamicModule {
    const redis = config.settings.REDIS_URL === undefined ? null : new RedisConnection(config.settings.REDIS_URL);
    const health: Provider = {
      provide: HealthChecks,
      useFactory: (
        source: DataSource,
        backlog: Backlog,
        limits: BacklogLimits,
        stripe: StripeAccountProbe,
        guards: StripeGuards,
        tokenKeys: TokenKeys | null,
        clock: DatabaseClock,
      ) =>
        new SystemHealth([
          databaseProbe(source),
          queueProbe(backlog, limits),
          recoveryProbe(source),
          clockProbe(clock),
          stripeProbe(stripe),
          breakersProbe(guards),
          ...(redis === null ? [] : [redisProbe(redis)]),
          ...(tokenKeys === null ? [] : [publishedKeysProbe(tokenKeys)]),
        ]),
      inject: [DataSource, Backlog, BacklogLimits, StripeAccountProbe, StripeGuards, TokenKeys, DatabaseClock],
    };
    const work: Provider = {
      provide: BackgroundWork,
      useFactory: (jobs: JobWork, rounds: Rounds) => new BackgroundWork([...jobs.loops(), ...rounds.loops()], redis),
      inject: [JobWork, Rounds],
    };
    const providers = [
      health,
      useCase(CallsForPerson, PostgresUnitOfWork),
      JOB_WORK,
      OPERATIONAL_FIGURES,
      ROUNDS,
      useCase(Troubles),
      work,
    ];
    return { module: OperationsModule, global: true, providers, exports: [HealthChecks, Troubles] };
  }
}
