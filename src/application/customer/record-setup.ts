import type { Customers } from '../../domain/customer/customers';
import type { Setup, SetupFailure } from '../../domain/customer/setup';
import type { Setups } from '../../domain/customer/setups';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { KeepPaymentMethod } from './keep-payment-method';
import type { SetupSight } from './setup-gateway';

/** Commits what Stripe says of a setup, and with it the payment method that it saved. */
export class RecordSetup {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly customers: Customers,
    private readonly setups: Setups,
    private readonly keepPaymentMethod: KeepPaymentMethod,
    private readonly clock: Clock,
  ) {}

  /**
   * @param asked the setup as it stood before Stripe was asked.
   * @param within runs in the transaction that stores what was seen.
   * @returns null, with nothing stored, when somebody stored something else since: Stripe has to be asked again.
   */
  seen(asked: Setup, sight: SetupSight, cause: string, within?: () => Promise<void>): Promise<Setup | null> {
    return this.unitOfWork.run(async () => {
      const customer = await this.customers.lock(asked.customerId);
      const setup = await this.lock(asked.id);
      if (customer === null) throw new Error(`customer ${asked.customerId} does not exist`);
      const moved = setup.version !== asked.version;
      const changed = setup.observe(sight.seen, this.clock.now(), cause);
      if (moved && changed) return null;
      if (changed) await this.setups.save(setup);
      // Before a setup has succeeded, its method is none of the customer's.
      const saved = setup.snapshot().status === 'succeeded' ? sight.method : null;
      if (saved !== null) await this.keepPaymentMethod.execute(customer, saved, setup.id, cause);
      await within?.();
      return setup;
    });
  }

  /** Stripe did not make it, so nothing can come of it. Somebody may have found it all the same, and is right. */
  refused(setupId: string, failure: SetupFailure, cause: string): Promise<Setup> {
    return this.change(setupId, (setup, now) => {
      setup.refused(failure, now, cause);
    });
  }

  /** @param change of a setup of which Stripe's answer is not known; of no other. */
  change(setupId: string, change: (setup: Setup, now: Date) => void): Promise<Setup> {
    return this.unitOfWork.run(async () => {
      const setup = await this.lock(setupId);
      if (!setup.isUnknown) return setup;
      change(setup, this.clock.now());
      await this.setups.save(setup);
      return setup;
    });
  }

  /** Stripe was asked how it stands, and that is stored: when to ask again. */
  lookedAt(setupId: string): Promise<void> {
    return this.unitOfWork.run(async () => {
      const setup = await this.lock(setupId);
      if (setup.lookedAt(this.clock.now())) await this.setups.save(setup);
    });
  }

  private async lock(id: string): Promise<Setup> {
    const setup = await this.setups.lock(id);
    if (setup === null) throw new Error(`setup ${id} does not exist`);
    return setup;
  }
}
