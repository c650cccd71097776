import { drain, handOf, never } from '../shared/drain';
import type { IdempotencyRecords } from '../shared/idempotency';
import type { DuePayments } from './due-payments';
import type { ExpirePayment } from './expire-payment';
import type { RefreshPayment } from './refresh-payment';
import type { SweepAttempts } from './sweep-attempts';

export interface Sweep {
  readonly attempts: number;
  readonly refreshed: number;
  readonly expired: number;
  /** One that fails stops no other; it comes up again. */
  readonly failures: readonly unknown[];
  /** The next round may begin at once. */
  readonly more: boolean;
}

const AT_ONCE = 10;
const MOST = 200;

/** One round: settles what is in doubt, asks again where an answer may be old, and ends what nobody finished. */
export class SweepPayments {
  constructor(
    private readonly due: DuePayments,
    private readonly attempts: SweepAttempts,
    private readonly refresh: RefreshPayment,
    private readonly expire: ExpirePayment,
    private readonly records: IdempotencyRecords,
  ) {}

  async execute(isEnding: () => boolean = never): Promise<Sweep> {
    const some = { atOnce: AT_ONCE, most: MOST, isEnding };
    const expired = await drain({
      ...some,
      // An expiry that is under way is due until it is committed, so one hand is taken in each round.
      take: async (limit) => ({ items: await this.due.takeExpired(limit), more: false }),
      work: (id) => this.expire.execute(id),
    });
    const attempts = await this.attempts.execute(isEnding);
    const refreshed = await drain({
      ...some,
      take: async (limit) => handOf(await this.due.takeRefreshes(limit), limit),
      work: (intent) => this.refresh.execute({ intent, cause: 'sweeper' }),
    });
    return {
      attempts: attempts.count,
      refreshed: refreshed.count,
      expired: expired.count,
      failures: [...expired.failures, ...attempts.failures, ...refreshed.failures],
      more: attempts.more || refreshed.more || expired.count === AT_ONCE,
    };
  }

  /** Removes kept answers that are older than promised. */
  tidy(): Promise<number> {
    return this.records.prune();
  }
}
