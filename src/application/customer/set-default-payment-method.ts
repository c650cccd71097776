import type { Customers } from '../../domain/customer/customers';
import type { PaymentMethods } from '../../domain/customer/payment-methods';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';
import { tellByOthersAt, type LinkCustomer } from './link-customer';
import type { PaymentMethodProblem } from './payment-method-problem';

/** Makes a saved payment method the one that is charged when nothing else is said, at Stripe as well. */
export class SetDefaultPaymentMethod {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly customers: Customers,
    private readonly paymentMethods: PaymentMethods,
    private readonly linkCustomer: LinkCustomer,
    private readonly clock: Clock,
  ) {}

  /** @returns why not; null when it is the default now. Stripe is told; should it not answer, the sweeper tells it. */
  async execute(customerId: string, paymentMethod: string, cause: string): Promise<PaymentMethodProblem | null> {
    const problem = await this.set(customerId, paymentMethod, cause);
    if (problem === null) await this.linkCustomer.execute(customerId, cause, { needed: false });
    return problem;
  }

  private set(customerId: string, paymentMethod: string, cause: string): Promise<PaymentMethodProblem | null> {
    return this.unitOfWork.run(async (): Promise<PaymentMethodProblem | null> => {
      const customer = await this.customers.lock(customerId);
      const method = await this.paymentMethods.find(paymentMethod);
      if (customer === null || method?.customerId !== customerId) return { kind: 'payment_method_not_found' };
      if (method.state !== 'saved') return { kind: 'payment_method_detached' };
      const now = this.clock.now();
      if (customer.setDefault(paymentMethod, now, tellByOthersAt(now), cause)) await this.customers.save(customer);
      return null;
    });
  }
}
