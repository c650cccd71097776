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
}

const AT_ONCE = 10;
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

  async execute(): Promise<DisputesSweep> {
    const submissions = await this.due.takeSubmissions(AT_ONCE);
    const disputes = await this.due.takeDisputes(AT_ONCE);
    const [listing, ...results] = await Promise.allSettled([
      this.find.execute(),
      ...submissions.map((id) => this.carryOut.execute(id, CAUSE)),
      ...disputes.map((id) => this.look(id)),
    ]);
    const failures = [listing, ...results].flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    const found = listing.status === 'fulfilled' ? listing.value : 0;
    return { disputes: disputes.length, submissions: submissions.length, found, failures };
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
