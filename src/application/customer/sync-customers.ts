import { drain, handOf, never } from '../shared/drain';
import type { DueCustomers } from './due-customers';
import type { LinkCustomer } from './link-customer';

export interface CustomerSync {
  readonly told: number;
  /** One that fails stops no other; it comes up again. */
  readonly failures: readonly unknown[];
  /** The next round may begin at once. */
  readonly more: boolean;
}

const AT_ONCE = 10;
const MOST = 200;

/** One round: tells Stripe of the customers of whom it has yet to hear. */
export class SyncCustomers {
  constructor(
    private readonly due: DueCustomers,
    private readonly linkCustomer: LinkCustomer,
  ) {}

  async execute(isEnding: () => boolean = never): Promise<CustomerSync> {
    const told = await drain({
      take: async (limit) => handOf(await this.due.take(limit), limit),
      work: (id) => this.linkCustomer.execute(id, 'sweeper', { needed: false }),
      atOnce: AT_ONCE,
      most: MOST,
      isEnding,
    });
    return { told: told.count, failures: told.failures, more: told.more };
  }
}
