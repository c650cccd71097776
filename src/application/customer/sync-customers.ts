import type { DueCustomers } from './due-customers';
import type { LinkCustomer } from './link-customer';

export interface CustomerSync {
  readonly told: number;
  /** One that fails stops no other; it comes up again. */
  readonly failures: readonly unknown[];
}

const AT_ONCE = 10;

/** One round: tells Stripe of the customers of whom it has yet to hear. */
export class SyncCustomers {
  constructor(
    private readonly due: DueCustomers,
    private readonly linkCustomer: LinkCustomer,
  ) {}

  async execute(): Promise<CustomerSync> {
    const ids = await this.due.take(AT_ONCE);
    const told = ids.map((id) => this.linkCustomer.execute(id, 'sweeper', { needed: false }));
    const results = await Promise.allSettled(told);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    return { told: ids.length, failures };
  }
}
