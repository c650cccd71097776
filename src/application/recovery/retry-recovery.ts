import type { FollowSetup } from '../customer/follow-setup';
import type { LinkCustomer } from '../customer/link-customer';
import type { CarryOutSubmission } from '../dispute/carry-out-submission';
import type { RefreshPayment } from '../payment/refresh-payment';
import type { ResumeAttempt } from '../payment/resume-attempt';
import type { ResumeRefund } from '../refund/resume-refund';
import type { Payments } from '../../domain/payment/payments';
import type { Setups } from '../../domain/customer/setups';
import { err, ok, type Result } from '../../domain/shared/result';
import { GatewayUnavailable } from '../shared/gateway-unavailable';
import type { SettleProblem } from '../shared/settle-problem';
import { kindOfId, type RecoveryItem, type RecoveryQueries } from './recovery-queries';

/** How each kind is looked at, as its sweeper does. */
export class Lookers {
  constructor(
    readonly attempts: ResumeAttempt,
    readonly payments: RefreshPayment,
    readonly refunds: ResumeRefund,
    readonly submissions: CarryOutSubmission,
    readonly customers: LinkCustomer,
  ) {}
}

/** Looks at once at what the sweeper would look at later, in the same way. */
export class RetryRecovery {
  constructor(
    private readonly queries: RecoveryQueries,
    private readonly lookers: Lookers,
    private readonly followSetup: FollowSetup,
    private readonly payments: Payments,
    private readonly setups: Setups,
  ) {}

  /** @returns what is still in doubt of it, or listed; null when it is settled. */
  async execute(id: string, by: string): Promise<Result<RecoveryItem | null, SettleProblem>> {
    const item = await this.queries.get(id);
    if (item === null) return err({ kind: kindOfId(id) === null ? 'not_found' : 'not_in_doubt' });
    try {
      await this.look(item, by);
    } catch (error) {
      if (error instanceof GatewayUnavailable) return err({ kind: 'stripe_unreachable' });
      throw error;
    }
    return ok(await this.queries.get(id));
  }

  private async look({ id, kind }: RecoveryItem, by: string): Promise<unknown> {
    switch (kind) {
      case 'attempt':
        return this.lookers.attempts.execute(id);
      case 'payment': {
        const intent = (await this.payments.find(id))?.intent ?? null;
        return intent === null ? undefined : this.lookers.payments.execute({ intent, cause: by });
      }
      case 'refund':
        return this.lookers.refunds.execute(id);
      case 'setup': {
        const setupIntent = (await this.setups.find(id))?.setupIntent ?? null;
        return this.followSetup.execute({ id, setupIntent }, by);
      }
      case 'submission':
        return this.lookers.submissions.execute(id, by);
      case 'customer':
        return this.lookers.customers.execute(id, by, { needed: false });
    }
  }
}
