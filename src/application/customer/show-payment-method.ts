import type { Clock } from '../shared/clock';
import type { PaymentMethodQueries } from './payment-method-queries';
import type { PaymentMethodView } from './payment-method-view';

/** A payment method of a customer as it stands, also one that is detached. */
export class ShowPaymentMethod {
  constructor(
    private readonly queries: PaymentMethodQueries,
    private readonly clock: Clock,
  ) {}

  /** @returns null when it is another customer's, or nobody's. */
  execute(customerId: string, id: string): Promise<PaymentMethodView | null> {
    return this.queries.get(customerId, id, this.clock.now());
  }
}
