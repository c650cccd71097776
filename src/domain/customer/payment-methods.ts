import type { PaymentMethod } from './payment-method';

/** The collection of saved payment methods. Everything that stores needs an open unit of work. */
export abstract class PaymentMethods {
  declare protected readonly port: 'PaymentMethods';

  abstract find(id: string): Promise<PaymentMethod | null>;
  /** Takes the row, so that there is one writer at a time. */
  abstract lock(id: string): Promise<PaymentMethod | null>;
  /** Those that are not detached, newest first. */
  abstract ofCustomer(customerId: string): Promise<PaymentMethod[]>;
  abstract add(method: PaymentMethod): Promise<void>;
  /** @throws when another version was stored in between. */
  abstract save(method: PaymentMethod): Promise<void>;
}
