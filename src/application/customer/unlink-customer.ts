import type { Customer } from '../../domain/customer/customer';
import type { Customers } from '../../domain/customer/customers';
import type { PaymentMethods } from '../../domain/customer/payment-methods';
import type { Clock } from '../shared/clock';

/** Takes over that a customer was deleted at Stripe, in the open unit of work and under the customer's lock. */
export class UnlinkCustomer {
  constructor(
    private readonly customers: Customers,
    private readonly paymentMethods: PaymentMethods,
    private readonly clock: Clock,
  ) {}

  /** Its saved payment methods went with it. Does nothing once it is linked to another one. */
  async execute(customer: Customer, stripeCustomer: string, cause: string): Promise<void> {
    const now = this.clock.now();
    if (!customer.unlinked(stripeCustomer, now, cause)) return;
    for (const method of await this.paymentMethods.ofCustomer(customer.id)) {
      method.detached(now, cause);
      await this.paymentMethods.save(method);
    }
    await this.customers.save(customer);
  }
}
