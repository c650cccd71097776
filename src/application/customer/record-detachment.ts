import type { Customer } from '../../domain/customer/customer';
import type { Customers } from '../../domain/customer/customers';
import type { PaymentMethod } from '../../domain/customer/payment-method';
import type { PaymentMethods } from '../../domain/customer/payment-methods';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { KeepPaymentMethod } from './keep-payment-method';
import type { DetachAnswer } from './payment-method-gateway';

/** How long others leave a method alone that is being detached: a little longer than Stripe may take to answer. */
const LEASE = 30_000;

/** Commits that a payment method is about to be detached, and what came of it. */
export class RecordDetachment {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly customers: Customers,
    private readonly paymentMethods: PaymentMethods,
    private readonly keepPaymentMethod: KeepPaymentMethod,
    private readonly clock: Clock,
  ) {}

  /** @returns false when somebody else began to, or it is detached. */
  begin(method: PaymentMethod): Promise<boolean> {
    return this.change(method, async (locked) => {
      if (locked.state !== 'saved') return false;
      const now = this.clock.now();
      locked.beginDetach(now, new Date(now.getTime() + LEASE));
      await this.paymentMethods.save(locked);
      return true;
    });
  }

  /** An event may have told of it first, and is right. */
  answered(method: PaymentMethod, answer: DetachAnswer, cause: string): Promise<void> {
    return this.change(method, async (locked, customer) => {
      if (locked.state !== 'detaching') return;
      if (answer.kind === 'detached') {
        await this.keepPaymentMethod.drop(customer, locked, cause);
        return;
      }
      const now = this.clock.now();
      if (answer.kind === 'refused') locked.detachRefused(now);
      else locked.detachDoubtful(now);
      await this.paymentMethods.save(locked);
    });
  }

  private change<T>(
    { id, customerId }: PaymentMethod,
    work: (locked: PaymentMethod, customer: Customer) => Promise<T>,
  ): Promise<T> {
    return this.unitOfWork.run(async () => {
      const customer = await this.customers.lock(customerId);
      const locked = await this.paymentMethods.lock(id);
      if (customer === null || locked === null) throw new Error(`payment method ${id} does not exist`);
      return work(locked, customer);
    });
  }
}
