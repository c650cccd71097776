import type { Provider } from '@nestjs/common';
import { failureText } from '../../application/shared/failure-text';
import type { JobName } from '../../application/shared/job-queue';
import { RightOfWay } from '../../application/shared/right-of-way';
import { RunSaga } from '../../application/saga/run-saga';
import { ProcessWebhook } from '../../application/webhook/process-webhook';
import { WebhookInbox } from '../../application/webhook/webhook-inbox';
import { PostgresJobQueue } from '../postgres/postgres-job-queue';
import { JobLoop } from '../queue/job-loop';
import { withRequestId } from '../telemetry/logging';
import type { BackgroundLoop } from './background-work';
import { Troubles } from './troubles';

/** Most of their time they wait for Stripe; how many may store at once is bounded by the connections. */
const JOBS_AT_ONCE = 40;

/** They wait for the database most of the time, and for Stripe now and then. */
const SAGAS_AT_ONCE = 10;

/** Milliseconds. Each fetch and what follows from it costs the same for one job and for thirty. */
const GATHER_FOR = 40;

/** The work on the jobs of one queue. */
interface Worker {
  readonly queue: JobName;
  readonly atOnce: number;
  readonly work: (key: string) => Promise<void>;
  /** Such as `the events of`, before the key. */
  readonly what: string;
  readonly noteFailure?: (key: string, reason: string) => Promise<void>;
}

/** The queues, and who works on the jobs of each. */
export class JobWork {
  constructor(
    private readonly queue: PostgresJobQueue,
    private readonly rightOfWay: RightOfWay,
    private readonly troubles: Troubles,
    private readonly workers: readonly Worker[],
  ) {}

  loops(): BackgroundLoop[] {
    return this.workers.map((worker) => this.loop(worker));
  }

  private loop({ queue, atOnce, work, what, noteFailure }: Worker): BackgroundLoop {
    const watch = this.troubles.of({
      lasts: `the queue ${queue} cannot be worked on`,
      over: `the queue ${queue} is worked on again`,
    });
    return new JobLoop(this.queue, {
      queue,
      atOnce,
      gatherFor: GATHER_FOR,
      giveWay: () => this.rightOfWay.giveWay(),
      handle: ({ key }) => withRequestId(`job_${key}`, () => work(key)),
      onFailure: async ({ key, tries }, error) => {
        const said = `${what} ${key} could not be worked on, try ${String(tries)}; it will be tried again`;
        this.troubles.ofOne(said, error);
        await noteFailure?.(key, failureText(error));
      },
      onTrouble: watch.failed,
      fetching: watch.over,
    });
  }
}

export const JOB_WORK: Provider = {
  provide: JobWork,
  useFactory: (
    queue: PostgresJobQueue,
    rightOfWay: RightOfWay,
    inbox: WebhookInbox,
    webhooks: ProcessWebhook,
    sagas: RunSaga,
    troubles: Troubles,
  ) =>
    new JobWork(queue, rightOfWay, troubles, [
      {
        queue: 'process-webhook',
        atOnce: JOBS_AT_ONCE,
        what: 'the events of',
        work: (subject) => webhooks.execute(subject),
        noteFailure: (subject, reason) => inbox.noteFailure(subject, reason),
      },
      { queue: 'run-saga', atOnce: SAGAS_AT_ONCE, what: 'the saga', work: (id) => sagas.execute(id) },
    ]),
  inject: [PostgresJobQueue, RightOfWay, WebhookInbox, ProcessWebhook, RunSaga, Troubles],
};
