import type { Month } from '../../domain/customer/payment-method';
import type { Page } from '../shared/page';
import type { PaymentMethodView } from './payment-method-view';

/** Reads for people and programs, straight from the store. */
export abstract class PaymentMethodQueries {
  declare protected readonly port: 'PaymentMethodQueries';

  /** Those that are not detached, newest first; null when there is no such customer. */
  abstract ofCustomer(customerId: string, now: Date): Promise<PaymentMethodView[] | null>;
  /** Also a detached one. Null when it is another customer's, or nobody's. */
  abstract get(customerId: string, id: string, now: Date): Promise<PaymentMethodView | null>;
  /** Saved ones that end in these months, the first to end first. @throws InvalidCursor */
  abstract ending(
    months: { readonly first: Month; readonly last: Month },
    now: Date,
    limit: number,
    cursor: string | null,
  ): Promise<Page<PaymentMethodView>>;
}
