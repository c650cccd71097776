import { LinkCustomer, type Link } from '../../../src/application/customer/link-customer';
import { RecogniseCustomer } from '../../../src/application/customer/recognise-customer';
import type { Customer, CustomerDetails, CustomerProps } from '../../../src/domain/customer/customer';
import { newCustomer } from '../customer-samples';
import { InMemoryCustomers } from './in-memory-customers';
import { InMemoryStore } from './in-memory-store';
import { MovableClock } from './movable-clock';
import { NumberedIdentifiers } from './numbered-identifiers';
import { ScriptedCustomers } from './scripted-customers';

/** The use cases of customers over fakes of all their ports. */
export class CustomerDesk {
  readonly clock = new MovableClock();
  readonly store = new InMemoryStore();
  readonly ids = new NumberedIdentifiers();
  readonly stripe = new ScriptedCustomers();
  readonly customers = new InMemoryCustomers(this.store);
  readonly recognise = new RecogniseCustomer(this.store, this.customers, this.ids, this.clock);
  readonly #link = new LinkCustomer(this.store, this.customers, this.stripe, this.clock);

  /** A customer that was stored, and of whom Stripe has not heard. */
  async stored(given: Partial<CustomerDetails> = {}): Promise<string> {
    const customer = newCustomer(given, this.ids.next('cus'), this.clock.now());
    await this.store.run(() => this.customers.add(customer));
    return customer.id;
  }

  link(id: string, needed = true): Promise<Link | null> {
    return this.#link.execute(id, 'test', { needed });
  }

  change(id: string, work: (customer: Customer) => void): Promise<void> {
    return this.store.run(async () => {
      const customer = (await this.customers.lock(id))!;
      work(customer);
      await this.customers.save(customer);
    });
  }

  rename(id: string, name: string): Promise<void> {
    return this.change(id, (customer) => {
      customer.change({ name }, this.clock.now(), this.clock.now(), 'test');
    });
  }

  props(id: string): CustomerProps {
    return this.store.tables.customers.get(id)!;
  }

  get events(): string[] {
    return this.store.tables.customerEvents.map(({ type }) => type);
  }
}
