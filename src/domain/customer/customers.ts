import type { Customer } from './customer';

/** The collection of customers. Everything that stores needs an open unit of work. */
export abstract class Customers {
  declare protected readonly port: 'Customers';

  abstract find(id: string): Promise<Customer | null>;
  /** By the `sub` of the customer's tokens. */
  abstract findBySubject(subject: string): Promise<Customer | null>;
  abstract findByStripeCustomer(stripeCustomer: string): Promise<Customer | null>;
  /** Takes the row, so that there is one writer at a time. */
  abstract lock(id: string): Promise<Customer | null>;
  /** Stores a new one and its events. @throws SubjectTaken */
  abstract add(customer: Customer): Promise<void>;
  /** Stores the change and its events. @throws SubjectTaken, or an error when another version was stored in between. */
  abstract save(customer: Customer): Promise<void>;
}

/** Another customer has this subject: what was about to be stored must be rolled back. */
export class SubjectTaken extends Error {
  override readonly name = 'SubjectTaken';
}
