import { Customer, type CustomerProps } from '../../../src/domain/customer/customer';
import { Customers, SubjectTaken } from '../../../src/domain/customer/customers';
import type { InMemoryStore } from './in-memory-store';

export class InMemoryCustomers extends Customers {
  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override find(id: string): Promise<Customer | null> {
    return this.one((customer) => customer.id === id);
  }

  override findBySubject(subject: string): Promise<Customer | null> {
    return this.one((customer) => customer.subject === subject);
  }

  override findByStripeCustomer(stripeCustomer: string): Promise<Customer | null> {
    return this.one((customer) => customer.stripeCustomer === stripeCustomer);
  }

  override lock(id: string): Promise<Customer | null> {
    if (!this.store.isOpen) throw new Error('a lock needs a transaction');
    return this.find(id);
  }

  override add(customer: Customer): Promise<void> {
    return this.put(customer);
  }

  override async save(customer: Customer): Promise<void> {
    const { version } = customer.snapshot();
    if (this.store.tables.customers.get(customer.id)?.version !== version) throw new Error('another writer was here');
    customer.stored(version + 1);
    await this.put(customer);
  }

  private async put(customer: Customer): Promise<void> {
    const { customers, customerEvents } = this.store.tables;
    const { id, subject } = customer.snapshot();
    const holder = subject === null ? null : await this.findBySubject(subject);
    if (holder !== null && holder.id !== id) throw new SubjectTaken();
    customers.set(id, customer.snapshot());
    customerEvents.push(...customer.pullEvents());
  }

  private async one(matches: (customer: CustomerProps) => boolean): Promise<Customer | null> {
    await new Promise((resolve) => setImmediate(resolve));
    const found = [...this.store.tables.customers.values()].find(matches);
    return found === undefined ? null : Customer.restore(found);
  }
}
