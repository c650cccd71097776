import type { Customer } from '../../domain/customer/customer';
import type { Customers } from '../../domain/customer/customers';
import { PaymentMethod } from '../../domain/customer/payment-method';
import type { PaymentMethods } from '../../domain/customer/payment-methods';
import type { Clock } from '../shared/clock';
import type { PaymentMethodSight } from './payment-method-gateway';

/** Longer than the time between Stripe's answer and the commit of what it showed. */
const LOOK_ONCE_MORE_AFTER = 15_000;

/** Takes over how Stripe shows a payment method of a customer, in the open unit of work and under the customer's lock. */
export class KeepPaymentMethod {
  constructor(
    private readonly customers: Customers,
    private readonly paymentMethods: PaymentMethods,
    private readonly clock: Clock,
  ) {}

  /**
   * @param customer locked, and not saved since: it is saved here when its default changes.
   * @param setupId by which it was saved, with its consent.
   */
  async execute(customer: Customer, seen: PaymentMethodSight, setupId: string | null, cause: string): Promise<void> {
    const known = await this.paymentMethods.lock(seen.id);
    if (known !== null && known.customerId !== customer.id) return;
    if (!isHeldBy(customer, seen)) {
      if (known !== null) await this.drop(customer, known, cause);
      return;
    }
    const now = this.clock.now();
    if (known === null) await this.add(customer, seen, setupId, cause);
    else if (known.shown(seen.details, setupId, now)) await this.paymentMethods.save(known);
  }

  /** It is detached at Stripe, so it can never be charged again. */
  async drop(customer: Customer, method: PaymentMethod, cause: string): Promise<void> {
    if (method.state === 'detached') return;
    const now = this.clock.now();
    method.detached(now, cause);
    await this.paymentMethods.save(method);
    if (customer.snapshot().defaultPaymentMethod !== method.id) return;
    customer.setDefault(null, now, now, cause);
    await this.customers.save(customer);
  }

  private async add(
    customer: Customer,
    seen: PaymentMethodSight,
    setupId: string | null,
    cause: string,
  ): Promise<void> {
    const now = this.clock.now();
    const lookAgainAt = new Date(now.getTime() + LOOK_ONCE_MORE_AFTER);
    const kept = { id: seen.id, customerId: customer.id, setupId, details: seen.details };
    await this.paymentMethods.add(PaymentMethod.save(kept, now, lookAgainAt, cause));
    if (customer.snapshot().defaultPaymentMethod !== null) return;
    customer.setDefault(seen.id, now, now, cause);
    await this.customers.save(customer);
  }
}

function isHeldBy(customer: Customer, { stripeCustomer }: PaymentMethodSight): boolean {
  return stripeCustomer !== null && stripeCustomer === customer.stripeCustomer;
}
