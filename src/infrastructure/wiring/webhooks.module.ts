import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../application/shared/clock';
import { StripeBinding } from '../../application/shared/stripe-binding';
import { Trial } from '../../application/shared/trial';
import { UnitOfWork } from '../../application/shared/unit-of-work';
import { EventFamilies } from '../../application/webhook/event-families';
import { EventGap } from '../../application/webhook/event-gap';
import { EventList } from '../../application/webhook/event-list';
import { EventReadings } from '../../application/webhook/event-readings';
import { FetchInterval, FetchMissedEvents } from '../../application/webhook/fetch-missed-events';
import { PreviewReplay } from '../../application/webhook/preview-replay';
import { ProcessWebhook } from '../../application/webhook/process-webhook';
import { ReceiveWebhook } from '../../application/webhook/receive-webhook';
import { ReplayWebhooks } from '../../application/webhook/replay-webhooks';
import { WebhookInbox } from '../../application/webhook/webhook-inbox';
import { WebhookReplays } from '../../application/webhook/webhook-replays';
import { WebhookVerifier } from '../../application/webhook/webhook-verifier';
import { PostgresEventReadings } from '../postgres/postgres-event-readings';
import { PostgresJobQueue } from '../postgres/postgres-job-queue';
import { PostgresTrial } from '../postgres/postgres-trial';
import { PostgresUnitOfWork } from '../postgres/postgres-unit-of-work';
import { PostgresWebhookReplays } from '../postgres/postgres-webhook-replays';
import { readingOnly } from '../stripe/reading-only';
import { EVENT_FAMILIES } from './event-families';
import type { ServiceConfig } from './service-config';
import { adapter, useCase } from './use-case';

const TRIAL: Provider = {
  provide: Trial,
  useFactory: (unitOfWork: PostgresUnitOfWork, source: DataSource) =>
    new PostgresTrial(unitOfWork, source, readingOnly),
  inject: [PostgresUnitOfWork, DataSource],
};

const PROVIDERS: Provider[] = [
  EVENT_FAMILIES,
  TRIAL,
  { provide: EventGap, useFactory: () => new EventGap() },
  useCase(ReceiveWebhook, WebhookVerifier, WebhookInbox, StripeBinding, Clock, EventGap),
  useCase(ProcessWebhook, WebhookInbox, EventFamilies),
  adapter(EventReadings, PostgresEventReadings, PostgresUnitOfWork, StripeBinding),
  useCase(FetchMissedEvents, EventList, EventReadings, WebhookInbox, UnitOfWork, EventGap),
  adapter(WebhookReplays, PostgresWebhookReplays, PostgresUnitOfWork, PostgresJobQueue),
  useCase(ReplayWebhooks, WebhookReplays, Clock),
  useCase(PreviewReplay, WebhookReplays, EventFamilies, Trial, Clock),
];

/** Stripe's events: taken in, fetched where they were missed, worked on, and worked on again. */
@Module({})
export class WebhooksModule {
  static register({ settings }: ServiceConfig): DynamicModule {
    const interval: Provider = { provide: FetchInterval, useValue: new FetchInterval(settings.MISSED_EVENTS_POLL_MS) };
    const providers = [...PROVIDERS, interval];
    return { module: WebhooksModule, global: true, providers, exports: providers };
  }
}
