import { drain, handOf, never } from '../shared/drain';
import { GatewayUnavailable } from '../shared/gateway-unavailable';
import type { CarryOutSubmission } from './carry-out-submission';
import type { DueDisputes } from './due-disputes';
import type { FindDisputes } from './find-disputes';
import type { RefreshDispute } from './refresh-dispute';
import type { RemindOfDispute } from './remind-of-dispute';

export interface DisputesSweep {
  readonly disputes: number;
  readonly submissions: number;
  readonly found: number;
  /** One that fails stops no other; it comes up again. */
  readonly failures: readonly unknown[];
  /** The next round may begin at once. */
  readonly more: boolean;
}

const AT_ONCE = 10;
const MOST = 200;
const CAUSE = 'sweeper';

/** One round: carries on with evidence, asks again how disputes stand, and finds those of which nothing was heard. */
export class SweepDisputes {
  constructor(
    private readonly due: DueDisputes,
    private readonly carryOut: CarryOutSubmission,
    private readonly refresh: RefreshDispute,
    private readonly remind: RemindOfDispute,
    private readonly find: FindDisputes,
  ) {}

  async execute(isEnding: () => boolean = never): Promise<DisputesSweep> {
    const some = { atOnce: AT_ONCE, most: MOST, isEnding };
    const [[listing], submissions, disputes] = await Promise.all([
      Promise.allSettled([this.find.execute()]),
      drain({
        ...some,
        take: async (limit) => handOf(await this.due.takeSubmissions(limit), limit),
        work: (id) => this.carryOut.execute(id, CAUSE),
      }),
      drain({
        ...some,
        take: async (limit) => handOf(await this.due.takeDisputes(limit), limit),
        work: (id) => this.look(id),
      }),
    ]);
    const notListed = listing.status === 'rejected' ? [listing.reason as unknown] : [];
    return {
      disputes: disputes.count,
      submissions: submissions.count,
      found: listing.status === 'fulfilled' ? listing.value : 0,
      failures: [...notListed, ...submissions.failures, ...disputes.failures],
      more: submissions.more || disputes.more,
    };
  }

  /** A deadline comes near whether Stripe answers or not. */
  private async look(dispute: string): Promise<void> {
    try {
      await this.refresh.execute({ dispute, cause: CAUSE });
    } catch (error) {
      if (error instanceof GatewayUnavailable) await this.remind.execute(dispute, CAUSE);
      throw error;
    }
  }
}
