import type { Refund } from './refund';

/**
 * The collection of refunds. Who changes one holds the lock of its payment, so that there is one writer at a time;
 * everything that stores needs an open unit of work.
 */
export abstract class Refunds {
  declare protected readonly port: 'Refunds';

  abstract find(id: string): Promise<Refund | null>;
  /** Oldest first. */
  abstract ofPayment(paymentId: string): Promise<Refund[]>;
  abstract add(refund: Refund): Promise<void>;
  /** Stores the refund and the events that it recorded. @throws when another version was stored in between. */
  abstract save(refund: Refund): Promise<void>;
}
