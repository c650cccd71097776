import type { DetachPaymentMethod } from './detach-payment-method';
import type { DueCards } from './due-cards';
import type { FollowSetup } from './follow-setup';
import type { RefreshPaymentMethod } from './refresh-payment-method';

export interface CardsSweep {
  readonly setups: number;
  readonly paymentMethods: number;
  /** One that fails stops no other; it comes up again. */
  readonly failures: readonly unknown[];
}

const AT_ONCE = 10;
const CAUSE = 'sweeper';

/** One round: finds out about setups and detachments whose answers were lost, and looks once more at what is new or open. */
export class SweepCards {
  constructor(
    private readonly due: DueCards,
    private readonly follow: FollowSetup,
    private readonly detach: DetachPaymentMethod,
    private readonly refresh: RefreshPaymentMethod,
  ) {}

  async execute(): Promise<CardsSweep> {
    const setups = await this.due.takeSetups(AT_ONCE);
    const methods = await this.due.takePaymentMethods(AT_ONCE);
    const results = await Promise.allSettled([
      ...setups.map((setup) => this.follow.execute(setup, CAUSE)),
      ...methods.map(({ id, detaching }) =>
        detaching ? this.detach.resume(id, CAUSE) : this.refresh.execute({ paymentMethod: id, cause: CAUSE }),
      ),
    ]);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    return { setups: setups.length, paymentMethods: methods.length, failures };
  }
}
