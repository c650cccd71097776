import type { DueRefunds } from './due-refunds';
import type { ResumeRefund } from './resume-refund';
import type { WithdrawUndecided } from './withdraw-undecided';

export interface RefundsSweep {
  readonly resumed: number;
  readonly withdrawn: number;
  /** One that fails stops no other; it comes up again. */
  readonly failures: readonly unknown[];
}

const AT_ONCE = 10;

/** One round: sends, finds out and follows what is due, and ends requests that nobody decided in time. */
export class SweepRefunds {
  constructor(
    private readonly due: DueRefunds,
    private readonly resume: ResumeRefund,
    private readonly withdrawUndecided: WithdrawUndecided,
  ) {}

  async execute(): Promise<RefundsSweep> {
    const undecided = await this.due.takeUndecided(AT_ONCE);
    const resumed = await this.due.take(AT_ONCE);
    const results = await Promise.allSettled([
      ...undecided.map((id) => this.withdrawUndecided.execute(id)),
      ...resumed.map((id) => this.resume.execute(id)),
    ]);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    return { resumed: resumed.length, withdrawn: undecided.length, failures };
  }
}
