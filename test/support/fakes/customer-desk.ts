import { ChangeCustomer } from '../../../src/application/customer/change-customer';
import { CreateCustomer } from '../../../src/application/customer/create-customer';
import { DueCustomers } from '../../../src/application/customer/due-customers';
import { LinkCustomer, type Link } from '../../../src/application/customer/link-customer';
import { RecogniseCustomer } from '../../../src/application/customer/recognise-customer';
import { RefreshCustomer } from '../../../src/application/customer/refresh-customer';
import { SyncCustomers, type CustomerSync } from '../../../src/application/customer/sync-customers';
import { TakeDefault } from '../../../src/application/customer/take-default';
import { UnlinkCustomer } from '../../../src/application/customer/unlink-customer';
import type { IdempotencyScope } from '../../../src/application/shared/idempotency';
import { WriteOnce } from '../../../src/application/shared/write-once';
import {
  NOTHING_KNOWN,
  type Customer,
  type CustomerDetails,
  type CustomerProps,
} from '../../../src/domain/customer/customer';
import { newCustomer } from '../customer-samples';
import { InMemoryPaymentMethods } from './in-memory-cards';
import { InMemoryCustomerQueries } from './in-memory-customer-queries';
import { InMemoryCustomers } from './in-memory-customers';
import { InMemoryRecords } from './in-memory-records';
import { InMemoryStore } from './in-memory-store';
import { MovableClock } from './movable-clock';
import { NumberedIdentifiers } from './numbered-identifiers';
import { PlainIndex } from './plain-index';
import { ScriptedCustomers } from './scripted-customers';

/** The use cases of customers over fakes of all their ports. */
export class CustomerDesk {
  readonly clock = new MovableClock();
  readonly store = new InMemoryStore();
  readonly ids = new NumberedIdentifiers();
  readonly stripe = new ScriptedCustomers();
  readonly customers = new InMemoryCustomers(this.store);
  readonly records = new InMemoryRecords(this.store, this.clock);
  readonly queries = new InMemoryCustomerQueries(this.store);
  readonly recognise = new RecogniseCustomer(this.store, this.customers, this.ids, this.clock);
  readonly methods = new InMemoryPaymentMethods(this.store);
  readonly unlinking = new UnlinkCustomer(this.customers, this.methods, this.clock);
  readonly #link = new LinkCustomer(this.store, this.customers, this.stripe, this.unlinking, this.clock);
  readonly refreshing = new RefreshCustomer(
    this.store,
    this.customers,
    this.stripe,
    this.unlinking,
    new TakeDefault(this.customers, this.methods, this.clock),
  );
  readonly #once = new WriteOnce(this.store, this.records, new PlainIndex());
  readonly creating = new CreateCustomer(this.#once, this.customers, this.#link, this.ids, this.clock);
  readonly changing = new ChangeCustomer(this.#once, this.customers, this.#link, this.clock);

  create(details: Partial<CustomerDetails>, key: string | null = null) {
    const asked = { ...NOTHING_KNOWN, ...details };
    return this.creating.execute({ details: asked, idempotency: scopeOf('POST /customers', key, asked) });
  }

  patch(customerId: string, changes: Partial<CustomerDetails>, key: string | null = null) {
    const idempotency = scopeOf('PATCH /customers/{id}', key, { customerId, changes });
    return this.changing.execute({ customerId, changes, idempotency });
  }

  /** One round of the sweeper over all that is due. */
  sweep(): Promise<CustomerSync> {
    const now = this.clock.now();
    const due: CustomerProps[] = [...this.store.tables.customers.values()].filter(
      ({ syncDueAt }) => syncDueAt !== null && syncDueAt <= now,
    );
    const taken = new (class extends DueCustomers {
      override take(): Promise<string[]> {
        return Promise.resolve(due.map(({ id }) => id));
      }
    })();
    return new SyncCustomers(taken, this.#link).execute();
  }

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

function scopeOf(route: string, key: string | null, body: unknown): IdempotencyScope | null {
  return key === null ? null : { principal: 'key:key_1', route, key, fingerprint: JSON.stringify(body) };
}
