import type { Setups } from '../../domain/customer/setups';
import { shownSetup, type ShownSetup } from './setup-outcome';

/** A setup of a customer as it stands. */
export class ShowSetup {
  constructor(private readonly setups: Setups) {}

  /** @returns null when it is another customer's, or nobody's. */
  async execute(customerId: string, setupId: string): Promise<ShownSetup | null> {
    const setup = await this.setups.find(setupId);
    return setup?.customerId === customerId ? shownSetup(setup) : null;
  }
}
