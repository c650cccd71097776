import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Backlog, BacklogLimits } from '../../application/job/backlog';
import { ChangeJob } from '../../application/job/change-job';
import { DeadLetters } from '../../application/job/dead-letters';
import { DiscardJob } from '../../application/job/discard-job';
import { JobQueries } from '../../application/job/job-queries';
import { RedriveJob } from '../../application/job/redrive-job';
import { RedriveJobs } from '../../application/job/redrive-jobs';
import { TidyJobs } from '../../application/job/tidy-jobs';
import { WatchBacklog } from '../../application/job/watch-backlog';
import { Cipher } from '../../application/shared/cipher';
import { AbandonSaga } from '../../application/saga/abandon-saga';
import { WriteOnce } from '../../application/shared/write-once';
import { PostgresBacklog } from '../postgres/postgres-backlog';
import { PostgresDeadLetters } from '../postgres/postgres-dead-letters';
import { PostgresJobQueries } from '../postgres/postgres-job-queries';
import { PostgresJobQueue } from '../postgres/postgres-job-queue';
import { PostgresUnitOfWork } from '../postgres/postgres-unit-of-work';
import type { ServiceConfig } from './service-config';
import { adapter, useCase } from './use-case';

const PROVIDERS: Provider[] = [
  adapter(JobQueries, PostgresJobQueries, PostgresUnitOfWork, Cipher),
  adapter(DeadLetters, PostgresDeadLetters, PostgresUnitOfWork, PostgresJobQueue, Cipher),
  adapter(Backlog, PostgresBacklog, PostgresUnitOfWork),
  useCase(ChangeJob, WriteOnce, JobQueries),
  useCase(RedriveJob, ChangeJob, DeadLetters),
  useCase(RedriveJobs, WriteOnce, DeadLetters),
  useCase(DiscardJob, ChangeJob, DeadLetters, AbandonSaga),
  useCase(WatchBacklog, Backlog, BacklogLimits),
];

/** What people and the service itself do about jobs. */
@Module({})
export class JobsModule {
  static register({ settings }: ServiceConfig): DynamicModule {
    const limits = new BacklogLimits(settings.JOBS_ALERT_WAITING, settings.JOBS_ALERT_MINUTES * 60);
    const tidy: Provider = {
      provide: TidyJobs,
      useFactory: (deadLetters: DeadLetters) => new TidyJobs(deadLetters, settings.JOBS_KEEP_DISCARDED_DAYS),
      inject: [DeadLetters],
    };
    const providers = [...PROVIDERS, { provide: BacklogLimits, useValue: limits }, tidy];
    return { module: JobsModule, global: true, providers, exports: providers };
  }
}
