import type { IdempotencyRecords } from '../shared/idempotency';
import type { DuePayments } from './due-payments';
import type { ExpirePayment } from './expire-payment';
import type { RefreshPayment } from './refresh-payment';
import type { ResumeAttempt } from './resume-attempt';

export interface Sweep {
  readonly attempts: number;
  readonly refreshed: number;
  readonly expired: number;
  /** One that fails stops no other; it comes up again. */
  readonly failures: readonly unknown[];
}

const AT_ONCE = 10;

/** One round: settles what is in doubt, asks again where an answer may be old, and ends what nobody finished. */
export class SweepPayments {
  constructor(
    private readonly due: DuePayments,
    private readonly resume: ResumeAttempt,
    private readonly refresh: RefreshPayment,
    private readonly expire: ExpirePayment,
    private readonly records: IdempotencyRecords,
  ) {}

  async execute(): Promise<Sweep> {
    const failures: unknown[] = [];
    const each = async (ids: string[], work: (id: string) => Promise<unknown>): Promise<number> => {
      for (const result of await Promise.allSettled(ids.map(work))) {
        if (result.status === 'rejected') failures.push(result.reason);
      }
      return ids.length;
    };
    const expired = await each(await this.due.takeExpired(AT_ONCE), (id) => this.expire.execute(id));
    const attempts = await each(await this.due.takeAttempts(AT_ONCE), (id) => this.resume.execute(id));
    const intents = await this.due.takeRefreshes(AT_ONCE);
    const refreshed = await each(intents, (intent) => this.refresh.execute({ intent, cause: 'sweeper' }));
    return { attempts, refreshed, expired, failures };
  }

  /** Removes kept answers that are older than promised. */
  tidy(): Promise<number> {
    return this.records.prune();
  }
}
