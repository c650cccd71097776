import { CustomerQueries, type CustomerFilter } from '../../../src/application/customer/customer-queries';
import { customerViewOf, type CustomerView } from '../../../src/application/customer/customer-view';
import { InvalidCursor, type Page } from '../../../src/application/shared/page';
import { Customer } from '../../../src/domain/customer/customer';
import type { InMemoryStore } from './in-memory-store';

export class InMemoryCustomerQueries extends CustomerQueries {
  readonly asked: { filter: CustomerFilter; limit: number; cursor: string | null }[] = [];
  nextCursor: string | null = null;
  failure: Error | null = null;

  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override get(id: string): Promise<CustomerView | null> {
    if (this.failure !== null) return Promise.reject(this.failure);
    return Promise.resolve(this.views().find((view) => view.id === id) ?? null);
  }

  override list(filter: CustomerFilter, limit: number, cursor: string | null): Promise<Page<CustomerView>> {
    if (this.failure !== null) return Promise.reject(this.failure);
    if (cursor === 'broken') return Promise.reject(new InvalidCursor());
    this.asked.push({ filter, limit, cursor });
    const { email, subject } = filter;
    const data = this.views().filter(
      (view) => (email === undefined || view.email === email) && (subject === undefined || view.subject === subject),
    );
    return Promise.resolve({ data, nextCursor: this.nextCursor });
  }

  private views(): CustomerView[] {
    return [...this.store.tables.customers.values()].map((props) => customerViewOf(Customer.restore(props)));
  }
}
