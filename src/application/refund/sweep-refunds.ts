import { drain, handOf, never } from '../shared/drain';
import type { DueRefunds } from './due-refunds';
import type { ResumeRefund } from './resume-refund';
import type { WithdrawUndecided } from './withdraw-undecided';

export interface RefundsSweep {
  readonly resumed: number;
  readonly withdrawn: number;
  /** One that fails stops no other; it comes up again. */
  readonly failures: readonly unknown[];
  /** The next round may begin at once. */
  readonly more: boolean;
}

const AT_ONCE = 20;
const MOST = 500;

/** One round: sends, finds out and follows what is due, and ends requests that nobody decided in time. */
export class SweepRefunds {
  constructor(
    private readonly due: DueRefunds,
    private readonly resume: ResumeRefund,
    private readonly withdrawUndecided: WithdrawUndecided,
  ) {}

  async execute(isEnding: () => boolean = never): Promise<RefundsSweep> {
    const some = { atOnce: AT_ONCE, most: MOST, isEnding };
    const withdrawn = await drain({
      ...some,
      // One that is being withdrawn is due until that is committed, so one hand is taken in each round.
      take: async (limit) => ({ items: await this.due.takeUndecided(limit), more: false }),
      work: (id) => this.withdrawUndecided.execute(id),
    });
    const resumed = await drain({
      ...some,
      take: async (limit) => handOf(await this.due.take(limit), limit),
      work: (id) => this.resume.execute(id),
    });
    return {
      resumed: resumed.count,
      withdrawn: withdrawn.count,
      failures: [...withdrawn.failures, ...resumed.failures],
      more: resumed.more || withdrawn.count === AT_ONCE,
    };
  }
}
