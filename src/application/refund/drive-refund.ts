import type { Refund } from '../../domain/refund/refund';
import type { Refunds } from '../../domain/refund/refunds';
import type { DueRefunds } from './due-refunds';
import type { ResumeRefund } from './resume-refund';
import type { WithdrawUndecided } from './withdraw-undecided';

/**
 * Takes a refund up as the sweeper does, and in the sweeper's turn where that was not there yet: whoever of them takes it
 * first asks Stripe, and the other does not.
 */
export class DriveRefund {
  constructor(
    private readonly refunds: Refunds,
    private readonly due: DueRefunds,
    private readonly resume: ResumeRefund,
    private readonly withdrawUndecided: WithdrawUndecided,
  ) {}

  /** @returns the refund as it is by then. @throws GatewayUnavailable */
  async execute(refundId: string): Promise<Refund> {
    const refund = await this.find(refundId);
    if (refund.status === 'requested') await this.withdrawUndecided.execute(refundId);
    else if (await this.due.takeOne(refundId)) await this.resume.execute(refundId);
    else return refund;
    return this.find(refundId);
  }

  private async find(id: string): Promise<Refund> {
    const refund = await this.refunds.find(id);
    if (refund === null) throw new Error(`refund ${id} does not exist`);
    return refund;
  }
}
