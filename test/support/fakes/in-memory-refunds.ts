import { DueRefunds } from '../../../src/application/refund/due-refunds';
import { refundFactsOf } from '../../../src/application/refund/refund-facts';
import { Refund, type RefundProps } from '../../../src/domain/refund/refund';
import { reserves } from '../../../src/domain/refund/refund-status';
import { Refunds } from '../../../src/domain/refund/refunds';
import { after, MINUTE } from '../samples';
import { LEASE } from './in-memory-payments';
import { wakeSagasOf } from './in-memory-sagas';
import type { InMemoryStore } from './in-memory-store';
import type { MovableClock } from './movable-clock';

export class InMemoryRefunds extends Refunds {
  constructor(
    private readonly store: InMemoryStore,
    private readonly clock: MovableClock,
  ) {
    super();
  }

  override async find(id: string): Promise<Refund | null> {
    await Promise.resolve();
    const props = this.store.tables.refunds.get(id);
    return props === undefined ? null : Refund.restore(props);
  }

  override async ofPayment(paymentId: string): Promise<Refund[]> {
    await Promise.resolve();
    const all = [...this.store.tables.refunds.values()].filter((props) => props.paymentId === paymentId);
    return all.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime()).map((props) => Refund.restore(props));
  }

  override async add(refund: Refund): Promise<void> {
    await this.constrain(refund);
    this.put(refund);
  }

  override async save(refund: Refund): Promise<void> {
    if (this.store.tables.refunds.get(refund.id)?.version !== refund.version)
      throw new Error('another writer was here');
    refund.stored(refund.version + 1);
    this.put(refund);
  }

  /** As the database does. */
  private async constrain(refund: Refund): Promise<void> {
    const { origin, paymentId, money, stripeRefund } = refund.snapshot();
    const others = await this.ofPayment(paymentId);
    if (stripeRefund !== null && others.some((other) => other.stripeRefund === stripeRefund)) {
      throw new Error(`${stripeRefund} is stored twice`);
    }
    const sum = others
      .filter((other) => reserves(other.status))
      .reduce((total, other) => total + other.money.amount, 0);
    const captured = this.store.tables.payments.get(paymentId)?.captured ?? 0;
    if (origin === 'api' && sum + money.amount > captured) throw new Error('refunds_within_captured');
  }

  private put(refund: Refund): void {
    if (!this.store.isOpen) throw new Error('storing needs a transaction');
    const { refunds, events, facts } = this.store.tables;
    facts.push(...refundFactsOf(refund));
    const told = refund.pullEvents();
    events.push(...told);
    const props = refund.snapshot();
    if (told.length > 0) wakeSagasOf(refund.id, this.store);
    const justSent = props.status === 'executing' && props.nextCheckAt === null;
    refunds.set(refund.id, justSent ? { ...props, nextCheckAt: after(LEASE, this.clock.now()) } : props);
  }
}

export class InMemoryDueRefunds extends DueRefunds {
  constructor(
    private readonly store: InMemoryStore,
    private readonly clock: MovableClock,
  ) {
    super();
  }

  override async take(limit: number): Promise<string[]> {
    const { refunds } = this.store.tables;
    const due = this.all.filter(({ nextCheckAt }) => nextCheckAt !== null && nextCheckAt <= this.clock.now());
    for (const props of due.slice(0, limit)) {
      refunds.set(props.id, { ...props, nextCheckAt: after(MINUTE, this.clock.now()) });
    }
    return due.slice(0, limit).map(({ id }) => id);
  }

  override async takeOne(id: string): Promise<boolean> {
    const { refunds } = this.store.tables;
    const props = refunds.get(id);
    const now = this.clock.now();
    if (props === undefined || props.nextCheckAt === null || props.nextCheckAt > now) return false;
    refunds.set(id, { ...props, nextCheckAt: after(MINUTE, now) });
    return true;
  }

  override async takeUndecided(limit: number): Promise<string[]> {
    const late = this.all.filter(
      ({ status, expiresAt }) => status === 'requested' && expiresAt !== null && expiresAt <= this.clock.now(),
    );
    return late.slice(0, limit).map(({ id }) => id);
  }

  private get all(): RefundProps[] {
    return [...this.store.tables.refunds.values()];
  }
}
