import { Logger, type Provider } from '@nestjs/common';
import { SweepCards } from '../../application/customer/sweep-cards';
import { SyncCustomers } from '../../application/customer/sync-customers';
import { SweepDisputes } from '../../application/dispute/sweep-disputes';
import { TidyJobs } from '../../application/job/tidy-jobs';
import { WatchBacklog } from '../../application/job/watch-backlog';
import { SweepPayments } from '../../application/payment/sweep-payments';
import { SweepRefunds } from '../../application/refund/sweep-refunds';
import { SweepSagas } from '../../application/saga/sweep-sagas';
import { FetchInterval, FetchMissedEvents, type MissedEvents } from '../../application/webhook/fetch-missed-events';
import { WebhookInbox } from '../../application/webhook/webhook-inbox';
import { DatabaseClock } from '../postgres/database-clock';
import { CallsForPerson } from '../postgres/calls-for-person';
import { PeriodicLoop } from '../queue/periodic-loop';
import { withRequestId } from '../telemetry/logging';
import { tellOfBacklog } from './backlog-news';
import type { BackgroundLoop } from './background-work';
import { Troubles } from './troubles';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
/** Seconds. */
const FORGOTTEN_AFTER = 300;

/** What one round did. */
interface Report {
  /** Of each kind how many; told in the log when there were any. */
  readonly counts?: Readonly<Record<string, unknown>>;
  /** One that fails stops no other; it comes up again. */
  readonly failures?: readonly unknown[];
  /** Each is a line of its own in the log, as a warning. */
  readonly warnings?: readonly object[];
  /** The next one may begin at once. */
  readonly more?: boolean;
}

/** What is done again and again, apart from all else: one that waits for Stripe holds up no other. */
interface Round {
  /** `sweep of refunds`, as the log says it. */
  readonly name: string;
  /** Milliseconds from the end of one to the beginning of the next. */
  readonly every: number;
  readonly run: (isEnding: () => boolean) => Promise<Report>;
  /** What is said of each that failed. */
  readonly failed?: string;
}

/** All that this service does again and again. */
export class Rounds {
  private readonly logger = new Logger('background');

  constructor(
    private readonly troubles: Troubles,
    private readonly rounds: readonly Round[],
  ) {}

  loops(): BackgroundLoop[] {
    return this.rounds.map((round) => {
      const watch = this.troubles.ofLoop(round.name);
      const traced = (isEnding: () => boolean): Promise<boolean> =>
        withRequestId(`sweep_${String(Date.now())}`, () => watch.over(() => this.make(round, isEnding)));
      return new PeriodicLoop(traced, round.every, watch.failed);
    });
  }

  /** @returns whether there is more to do. */
  private async make(
    { name, run, failed = 'it could not be done and will come up again' }: Round,
    isEnding: () => boolean,
  ): Promise<boolean> {
    const { counts = {}, failures = [], warnings = [], more = false } = await run(isEnding);
    if (Object.values(counts).some((count) => count !== 0)) this.logger.log({ msg: name, ...counts });
    for (const failure of failures) this.troubles.ofOne(failed, failure);
    for (const warning of warnings) this.logger.warn({ msg: name, ...warning });
    return more;
  }
}

export const ROUNDS: Provider = {
  provide: Rounds,
  useFactory: (
    payments: SweepPayments,
    cards: SweepCards,
    customers: SyncCustomers,
    refunds: SweepRefunds,
    disputes: SweepDisputes,
    sagas: SweepSagas,
    inbox: WebhookInbox,
    clock: DatabaseClock,
    calls: CallsForPerson,
    backlog: WatchBacklog,
    jobs: TidyJobs,
    missed: FetchMissedEvents,
    fetching: FetchInterval,
    troubles: Troubles,
  ) =>
    new Rounds(troubles, [
      sweep('sweep of payments', payments, 'a payment could not be swept and will come up again'),
      sweep('sweep of cards', cards, 'a saved card could not be swept and will come up again'),
      sweep('sweep of customers', customers, 'Stripe could not be told of a customer; it comes up again'),
      sweep('sweep of refunds', refunds, 'a refund could not be swept and will come up again'),
      sweep('sweep of disputes', disputes, 'a dispute could not be swept and will come up again'),
      sweep('sweep of sagas', sagas, 'a saga could not be handed over and will come up again'),
      { name: 'a person is needed', every: 10 * SECOND, run: async () => ({ warnings: await calls.news() }) },
      { name: 'tidying', every: HOUR, run: () => quietly(payments.tidy()) },
      { name: 'tidying of dead letters', every: HOUR, run: () => quietly(jobs.execute()) },
      {
        name: 'a look at the backlog',
        every: 10 * SECOND,
        run: async () => quietly(backlog.execute().then(tellOfBacklog)),
      },
      {
        name: 'looking for events without a job',
        every: MINUTE,
        run: () => quietly(inbox.enqueueForgotten(FORGOTTEN_AFTER)),
      },
      {
        name: 'fetching events that were not delivered',
        every: Math.min(10 * SECOND, fetching.milliseconds),
        run: async () => tellOfMissed(await missed.execute(fetching.milliseconds / 1_000)),
      },
      { name: "a look at the database's clock", every: 10 * SECOND, run: () => quietly(clock.look()) },
    ]),
  inject: [
    SweepPayments,
    SweepCards,
    SyncCustomers,
    SweepRefunds,
    SweepDisputes,
    SweepSagas,
    WebhookInbox,
    DatabaseClock,
    CallsForPerson,
    WatchBacklog,
    TidyJobs,
    FetchMissedEvents,
    FetchInterval,
    Troubles,
  ],
};

function tellOfMissed({ fetched, lostFrom }: MissedEvents): Report {
  if (lostFrom === null) return { counts: { fetched } };
  // What a sweep, the reconciliation or a person does not find is not known.
  const since = `Stripe keeps events for 30 days: those from ${lostFrom.toISOString()} on are lost to it`;
  return { counts: { fetched }, failures: [new Error(since)] };
}

/** What answers how much of each kind it took up, and what failed. */
interface Sweeper {
  /** `more`: the next round may begin at once. */
  execute(isEnding: () => boolean): Promise<{ readonly failures: readonly unknown[]; readonly more?: boolean }>;
}

function sweep(name: string, sweeper: Sweeper, failed: string): Round {
  return {
    name,
    every: SECOND,
    failed,
    run: async (isEnding) => {
      const { failures, more = false, ...counts } = await sweeper.execute(isEnding);
      return { counts, failures, more };
    },
  };
}

/** Of what it did nothing is told. */
async function quietly(work: Promise<unknown>): Promise<Report> {
  await work;
  return {};
}
