import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { HealthChecks } from '../../application/shared/health';
import { PostgresJobQueue } from '../postgres/postgres-job-queue';
import { RedisConnection } from '../redis/redis-connection';
import { StripeAccountProbe } from '../stripe/stripe-account-probe';
import { BackgroundWork } from './background-work';
import type { ServiceConfig } from './service-config';
import { SystemHealth } from './system-health';
import { TokenKeys } from './token-keys';
import { SweepCards } from '../../application/customer/sweep-cards';
import { SyncCustomers } from '../../application/customer/sync-customers';
import { RightOfWay } from '../../application/shared/right-of-way';
import { SweepDisputes } from '../../application/dispute/sweep-disputes';
import { SweepPayments } from '../../application/payment/sweep-payments';
import { SweepRefunds } from '../../application/refund/sweep-refunds';
import { ProcessWebhook } from '../../application/webhook/process-webhook';
import { WebhookInbox } from '../../application/webhook/webhook-inbox';

/** Most of their time they wait for Stripe; how many may store at once is bounded by the connections. */
const JOBS_AT_ONCE = 40;

/** What the service does by itself, and how it is doing. */
@Module({})
export class OperationsModule {
  static register(config: ServiceConfig): DynamicModule {
    const redis = config.settings.REDIS_URL === undefined ? null : new RedisConnection(config.settings.REDIS_URL);
    const health: Provider = {
      provide: HealthChecks,
      useFactory: (
        source: DataSource,
        queue: PostgresJobQueue,
        stripe: StripeAccountProbe,
        tokenKeys: TokenKeys | null,
      ) => new SystemHealth(source, queue, stripe, redis, tokenKeys),
      inject: [DataSource, PostgresJobQueue, StripeAccountProbe, TokenKeys],
    };
    const work: Provider = {
      provide: BackgroundWork,
      useFactory: (
        queue: PostgresJobQueue,
        inbox: WebhookInbox,
        process: ProcessWebhook,
        sweepPayments: SweepPayments,
        sweepCards: SweepCards,
        syncCustomers: SyncCustomers,
        sweepRefunds: SweepRefunds,
        sweepDisputes: SweepDisputes,
        rightOfWay: RightOfWay,
      ) => {
        const sweeps = { sweepPayments, sweepCards, syncCustomers, sweepRefunds, sweepDisputes };
        return new BackgroundWork(queue, inbox, process, sweeps, redis, { rightOfWay, jobsAtOnce: JOBS_AT_ONCE });
      },
      inject: [
        PostgresJobQueue,
        WebhookInbox,
        ProcessWebhook,
        SweepPayments,
        SweepCards,
        SyncCustomers,
        SweepRefunds,
        SweepDisputes,
        RightOfWay,
      ],
    };
    return { module: OperationsModule, global: true, providers: [health, work], exports: [HealthChecks] };
  }
}
