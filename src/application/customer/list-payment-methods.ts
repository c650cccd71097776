import type { Clock } from '../shared/clock';
import type { PaymentMethodQueries } from './payment-method-queries';
import type { PaymentMethodView } from './payment-method-view';

/** What a customer has saved, newest first. */
export class ListPaymentMethods {
  constructor(
    private readonly queries: PaymentMethodQueries,
    private readonly clock: Clock,
  ) {}

  /** @returns null when there is no such customer. */
  execute(customerId: string): Promise<PaymentMethodView[] | null> {
    return this.queries.ofCustomer(customerId, this.clock.now());
  }
}
