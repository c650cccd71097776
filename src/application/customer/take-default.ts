import type { Customer } from '../../domain/customer/customer';
import type { Customers } from '../../domain/customer/customers';
import type { PaymentMethods } from '../../domain/customer/payment-methods';
import type { Clock } from '../shared/clock';

/** Takes over another default that Stripe shows of a customer. All else is ours to say. */
export class TakeDefault {
  constructor(
    private readonly customers: Customers,
    private readonly paymentMethods: PaymentMethods,
    private readonly clock: Clock,
  ) {}

  /** In the open unit of work and under the customer's lock. A method that is not saved here is not taken. */
  async execute(customer: Customer, paymentMethod: string | null, cause: string): Promise<void> {
    const saved = paymentMethod === null ? null : await this.paymentMethods.find(paymentMethod);
    const isTheirs = saved?.customerId === customer.id && saved.state === 'saved';
    if (paymentMethod !== null && !isTheirs) return;
    if (customer.defaultShown(paymentMethod, this.clock.now(), cause)) await this.customers.save(customer);
  }
}
