import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { SweepCards } from '../../application/customer/sweep-cards';
import type { SyncCustomers } from '../../application/customer/sync-customers';
import type { SweepDisputes } from '../../application/dispute/sweep-disputes';
import type { SweepPayments } from '../../application/payment/sweep-payments';
import type { SweepRefunds } from '../../application/refund/sweep-refunds';
import type { RightOfWay } from '../../application/shared/right-of-way';
import type { ProcessWebhook } from '../../application/webhook/process-webhook';
import type { WebhookInbox } from '../../application/webhook/webhook-inbox';
import { JobLoop } from '../queue/job-loop';
import { PeriodicLoop } from '../queue/periodic-loop';
import type { PostgresJobQueue } from '../postgres/postgres-job-queue';
import type { RedisConnection } from '../redis/redis-connection';
import { withRequestId } from '../telemetry/logging';

const SWEEP_EVERY = 1_000;
/** Milliseconds. Each fetch and what follows from it costs the same for one job and for thirty. */
const GATHER_FOR = 40;
const TIDY_EVERY = 3_600_000;
const REMEMBER_EVERY = 60_000;
/** Seconds. */
const FORGOTTEN_AFTER = 300;

/** What is done every second, apart from each other: one that waits for Stripe holds up no other. */
export interface Sweeps {
  readonly sweepPayments: SweepPayments;
  readonly sweepCards: SweepCards;
  readonly syncCustomers: SyncCustomers;
  readonly sweepRefunds: SweepRefunds;
  readonly sweepDisputes: SweepDisputes;
}

export interface Pace {
  readonly rightOfWay: RightOfWay;
  readonly jobsAtOnce: number;
}

/** The loops beside the requests: jobs, sweeps, tidying. They start with the service and end before it does. */
export class BackgroundWork implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger('background');
  private readonly webhooks: JobLoop;
  private readonly sweeps: readonly PeriodicLoop[];
  private readonly tidying: PeriodicLoop;
  private readonly remembering: PeriodicLoop;

  constructor(
    queue: PostgresJobQueue,
    private readonly inbox: WebhookInbox,
    processWebhook: ProcessWebhook,
    private readonly work: Sweeps,
    private readonly redis: RedisConnection | null,
    pace: Pace,
  ) {
    this.webhooks = new JobLoop(queue, {
      queue: 'process-webhook',
      atOnce: pace.jobsAtOnce,
      gatherFor: GATHER_FOR,
      giveWay: () => pace.rightOfWay.giveWay(),
      handle: ({ key }) => withRequestId(`job_${key}`, () => processWebhook.execute(key)),
      onFailure: ({ key, tries }, error) => this.noteFailure(key, tries, error),
      onTrouble: (error) => {
        this.warn('jobs cannot be fetched', error);
      },
    });
    const rounds = [
      () => this.sweepOfPayments(),
      () => this.sweepOfCustomers(),
      () => this.sweepOfCards(),
      () => this.sweepOfRefunds(),
      () => this.sweepOfDisputes(),
    ];
    this.sweeps = rounds.map((round) => this.sweeping(round));
    this.tidying = new PeriodicLoop(
      async () => {
        await work.sweepPayments.tidy();
      },
      TIDY_EVERY,
      (error) => {
        this.warn('tidying failed and will be repeated', error);
      },
    );
    this.remembering = new PeriodicLoop(
      () => this.inbox.enqueueForgotten(FORGOTTEN_AFTER),
      REMEMBER_EVERY,
      (error) => {
        this.warn('events without a job could not be looked for; it will be repeated', error);
      },
    );
  }

  onApplicationBootstrap(): void {
    this.redis?.onTrouble((error) => {
      this.warn('Redis is away; payments go on without it', error);
    });
    for (const loop of this.loops) loop.start();
  }

  private get loops(): readonly { start(): void; stop(): Promise<void> }[] {
    return [this.webhooks, ...this.sweeps, this.tidying, this.remembering];
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }

  beforeApplicationShutdown(): void {
    this.redis?.close();
  }

  private sweeping(sweep: () => Promise<void>): PeriodicLoop {
    return new PeriodicLoop(
      () => withRequestId(`sweep_${String(Date.now())}`, sweep),
      SWEEP_EVERY,
      (error) => {
        this.warn('the sweep failed and will be repeated', error);
      },
    );
  }

  private async sweepOfCustomers(): Promise<void> {
    const { told, failures } = await this.work.syncCustomers.execute();
    if (told > 0) this.logger.log({ msg: 'sweep', customersTold: told });
    for (const failure of failures) this.warn('Stripe could not be told of a customer; it comes up again', failure);
  }

  private async sweepOfPayments(): Promise<void> {
    const { attempts, refreshed, expired, failures } = await this.work.sweepPayments.execute();
    if (attempts + refreshed + expired > 0) this.logger.log({ msg: 'sweep', attempts, refreshed, expired });
    for (const failure of failures) this.warn('a payment could not be swept and will come up again', failure);
  }

  private async sweepOfCards(): Promise<void> {
    const { setups, paymentMethods, failures } = await this.work.sweepCards.execute();
    if (setups + paymentMethods > 0) this.logger.log({ msg: 'sweep of cards', setups, paymentMethods });
    for (const failure of failures) this.warn('a saved card could not be swept and will come up again', failure);
  }

  private async sweepOfRefunds(): Promise<void> {
    const { resumed, withdrawn, failures } = await this.work.sweepRefunds.execute();
    if (resumed + withdrawn > 0) this.logger.log({ msg: 'sweep of refunds', resumed, withdrawn });
    for (const failure of failures) this.warn('a refund could not be swept and will come up again', failure);
  }

  private async sweepOfDisputes(): Promise<void> {
    const { disputes, submissions, found, failures } = await this.work.sweepDisputes.execute();
    if (disputes + submissions + found > 0) this.logger.log({ msg: 'sweep of disputes', disputes, submissions, found });
    for (const failure of failures) this.warn('a dispute could not be swept and will come up again', failure);
  }

  private async noteFailure(subject: string, tries: number, error: unknown): Promise<void> {
    this.warn(
      `the events of ${subject} could not be worked on, try ${String(tries)}; they will be worked on again`,
      error,
    );
    await this.inbox.noteFailure(subject, error instanceof Error ? error.message : 'unknown error');
  }

  private warn(what: string, error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    this.logger.warn({ msg: what, error: `${name}: ${message}` });
  }
}
