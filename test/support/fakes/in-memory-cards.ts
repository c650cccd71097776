import { DueCards, type DueSetup } from '../../../src/application/customer/due-cards';
import { PaymentMethodQueries } from '../../../src/application/customer/payment-method-queries';
import { EXPIRES_SOON_DAYS, type PaymentMethodView } from '../../../src/application/customer/payment-method-view';
import { InvalidCursor, type Page } from '../../../src/application/shared/page';
import {
  expiresWithin,
  PaymentMethod,
  type Month,
  type PaymentMethodProps,
} from '../../../src/domain/customer/payment-method';
import { PaymentMethods } from '../../../src/domain/customer/payment-methods';
import { Setup, type SetupProps } from '../../../src/domain/customer/setup';
import { Setups } from '../../../src/domain/customer/setups';
import { after, MINUTE } from '../samples';
import type { InMemoryStore } from './in-memory-store';
import type { MovableClock } from './movable-clock';

export class InMemorySetups extends Setups {
  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override find(id: string): Promise<Setup | null> {
    return this.one((setup) => setup.id === id);
  }

  override findBySetupIntent(setupIntent: string): Promise<Setup | null> {
    return this.one((setup) => setup.setupIntent === setupIntent);
  }

  override lock(id: string): Promise<Setup | null> {
    if (!this.store.isOpen) throw new Error('a lock needs a transaction');
    return this.find(id);
  }

  override async add(setup: Setup): Promise<void> {
    this.put(setup);
  }

  override async save(setup: Setup): Promise<void> {
    if (this.store.tables.setups.get(setup.id)?.version !== setup.version) throw new Error('another writer was here');
    setup.stored(setup.version + 1);
    this.put(setup);
  }

  private put(setup: Setup): void {
    const { setups, customerEvents } = this.store.tables;
    setups.set(setup.id, setup.snapshot());
    customerEvents.push(...setup.pullEvents());
  }

  private async one(matches: (setup: SetupProps) => boolean): Promise<Setup | null> {
    await otherWork();
    const found = [...this.store.tables.setups.values()].find(matches);
    return found === undefined ? null : Setup.restore(found);
  }
}

export class InMemoryPaymentMethods extends PaymentMethods {
  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override async find(id: string): Promise<PaymentMethod | null> {
    await otherWork();
    const found = this.store.tables.paymentMethods.get(id);
    return found === undefined ? null : PaymentMethod.restore(found);
  }

  override lock(id: string): Promise<PaymentMethod | null> {
    if (!this.store.isOpen) throw new Error('a lock needs a transaction');
    return this.find(id);
  }

  override async ofCustomer(customerId: string): Promise<PaymentMethod[]> {
    await otherWork();
    return [...this.store.tables.paymentMethods.values()]
      .filter((props) => props.customerId === customerId && props.state !== 'detached')
      .reverse()
      .map((props) => PaymentMethod.restore(props));
  }

  override async add(method: PaymentMethod): Promise<void> {
    if (this.store.tables.paymentMethods.has(method.id)) throw new Error(`${method.id} is stored already`);
    this.put(method);
  }

  override async save(method: PaymentMethod): Promise<void> {
    const { version } = this.store.tables.paymentMethods.get(method.id)!;
    if (version !== method.version) throw new Error('another writer was here');
    method.stored(method.version + 1);
    this.put(method);
  }

  private put(method: PaymentMethod): void {
    const { paymentMethods, customerEvents } = this.store.tables;
    paymentMethods.set(method.id, method.snapshot());
    customerEvents.push(...method.pullEvents());
  }
}

export class InMemoryDueCards extends DueCards {
  constructor(
    private readonly store: InMemoryStore,
    private readonly clock: MovableClock,
  ) {
    super();
  }

  override async takeSetups(limit: number): Promise<DueSetup[]> {
    return this.take(this.store.tables.setups, limit).map(({ id, setupIntent }) => ({ id, setupIntent }));
  }

  override async takePaymentMethods(limit: number): Promise<{ id: string; detaching: boolean }[]> {
    const taken = this.take(this.store.tables.paymentMethods, limit);
    return taken.map(({ id, state }) => ({ id, detaching: state === 'detaching' }));
  }

  private take<T extends { id: string; checkDueAt: Date | null }>(table: Map<string, T>, limit: number): T[] {
    const now = this.clock.now();
    const due = [...table.values()]
      .filter(({ checkDueAt }) => checkDueAt !== null && checkDueAt <= now)
      .slice(0, limit);
    for (const row of due) table.set(row.id, { ...row, checkDueAt: after(MINUTE, now) });
    return due;
  }
}

export class InMemoryPaymentMethodQueries extends PaymentMethodQueries {
  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override async ofCustomer(customerId: string, now: Date): Promise<PaymentMethodView[] | null> {
    if (!this.store.tables.customers.has(customerId)) return null;
    const own = this.all.filter((props) => props.customerId === customerId && props.state !== 'detached');
    return own.reverse().map((props) => this.viewOf(props, now));
  }

  override async get(customerId: string, id: string, now: Date): Promise<PaymentMethodView | null> {
    const props = this.store.tables.paymentMethods.get(id);
    return props?.customerId === customerId ? this.viewOf(props, now) : null;
  }

  override async ending(
    { first, last }: { readonly first: Month; readonly last: Month },
    now: Date,
    limit: number,
    cursor: string | null,
  ): Promise<Page<PaymentMethodView>> {
    if (cursor !== null) throw new InvalidCursor();
    const place = ({ year, month }: Month) => year * 12 + month;
    const within = (ends: Month) => place(ends) >= place(first) && place(ends) <= place(last);
    const ending = this.all.filter(({ details }) => details.expiry !== null && within(details.expiry));
    return { data: ending.slice(0, limit).map((props) => this.viewOf(props, now)), nextCursor: null };
  }

  private get all(): PaymentMethodProps[] {
    return [...this.store.tables.paymentMethods.values()];
  }

  private viewOf(
    { id, customerId, state, details, setupId, createdAt }: PaymentMethodProps,
    now: Date,
  ): PaymentMethodView {
    const { customers, setups } = this.store.tables;
    const consent = setups.get(setupId ?? '')?.consent;
    return {
      ...{ id, customer: customerId, status: state, ...details },
      expiresSoon: expiresWithin(details, EXPIRES_SOON_DAYS, now),
      default: customers.get(customerId)?.defaultPaymentMethod === id,
      consent: consent === undefined ? null : { textVersion: consent.textVersion, at: consent.at.toISOString() },
      createdAt: createdAt.toISOString(),
    };
  }
}

/** A database answers later, and lets others work meanwhile. */
async function otherWork(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
