import { drain, handOf, never } from '../shared/drain';
import type { DetachPaymentMethod } from './detach-payment-method';
import type { DueCards } from './due-cards';
import type { FollowSetup } from './follow-setup';
import type { RefreshPaymentMethod } from './refresh-payment-method';

export interface CardsSweep {
  readonly setups: number;
  readonly paymentMethods: number;
  /** One that fails stops no other; it comes up again. */
  readonly failures: readonly unknown[];
  /** The next round may begin at once. */
  readonly more: boolean;
}

const AT_ONCE = 20;
const MOST = 500;
const CAUSE = 'sweeper';

/** One round: finds out about setups and detachments whose answers were lost, and looks once more at what is new or open. */
export class SweepCards {
  constructor(
    private readonly due: DueCards,
    private readonly follow: FollowSetup,
    private readonly detach: DetachPaymentMethod,
    private readonly refresh: RefreshPaymentMethod,
  ) {}

  async execute(isEnding: () => boolean = never): Promise<CardsSweep> {
    const some = { atOnce: AT_ONCE, most: MOST, isEnding };
    const [setups, methods] = await Promise.all([
      drain({
        ...some,
        take: async (limit) => handOf(await this.due.takeSetups(limit), limit),
        work: (setup) => this.follow.execute(setup, CAUSE),
      }),
      drain({
        ...some,
        take: async (limit) => handOf(await this.due.takePaymentMethods(limit), limit),
        work: ({ id, detaching }): Promise<unknown> =>
          detaching ? this.detach.resume(id, CAUSE) : this.refresh.execute({ paymentMethod: id, cause: CAUSE }),
      }),
    ]);
    return {
      setups: setups.count,
      paymentMethods: methods.count,
      failures: [...setups.failures, ...methods.failures],
      more: setups.more || methods.more,
    };
  }
}
