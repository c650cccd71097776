import { monthsEndingWithin } from '../../domain/customer/payment-method';
import type { Clock } from '../shared/clock';
import type { Page } from '../shared/page';
import type { PaymentMethodQueries } from './payment-method-queries';
import type { PaymentMethodView } from './payment-method-view';

/** The saved cards, of all customers, whose last day comes within so many days; not those that have ended. */
export class ListExpiringPaymentMethods {
  constructor(
    private readonly queries: PaymentMethodQueries,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidCursor */
  async execute(withinDays: number, limit: number, cursor: string | null): Promise<Page<PaymentMethodView>> {
    const now = this.clock.now();
    const months = monthsEndingWithin(withinDays, now);
    if (months === null) return { data: [], nextCursor: null };
    return this.queries.ending(months, now, limit, cursor);
  }
}
