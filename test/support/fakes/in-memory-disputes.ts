import { Dispute } from '../../../src/domain/dispute/dispute';
import { Disputes } from '../../../src/domain/dispute/disputes';
import type { InMemoryStore } from './in-memory-store';

export class InMemoryDisputes extends Disputes {
  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override async find(id: string): Promise<Dispute | null> {
    await otherWork();
    const found = this.store.tables.disputes.get(id);
    return found === undefined ? null : Dispute.restore(found);
  }

  override lock(id: string): Promise<Dispute | null> {
    if (!this.store.isOpen) throw new Error('a lock needs a transaction');
    return this.find(id);
  }

  override async ofPayment(paymentId: string): Promise<Dispute[]> {
    await otherWork();
    const own = [...this.store.tables.disputes.values()].filter((props) => props.paymentId === paymentId);
    return own.sort((a, b) => a.openedAt.getTime() - b.openedAt.getTime()).map((props) => Dispute.restore(props));
  }

  override async unknownOf(ids: readonly string[]): Promise<string[]> {
    await otherWork();
    return ids.filter((id) => !this.store.tables.disputes.has(id));
  }

  override async add(dispute: Dispute): Promise<boolean> {
    await otherWork();
    if (this.store.tables.disputes.has(dispute.id)) return false;
    this.put(dispute);
    return true;
  }

  override async save(dispute: Dispute): Promise<void> {
    if (this.store.tables.disputes.get(dispute.id)?.version !== dispute.version) {
      throw new Error('another writer was here');
    }
    dispute.stored(dispute.version + 1);
    this.put(dispute);
  }

  private put(dispute: Dispute): void {
    const { disputes, disputeEvents } = this.store.tables;
    disputes.set(dispute.id, dispute.snapshot());
    disputeEvents.push(...dispute.pullEvents());
  }
}

/** A database answers later, and lets others work meanwhile. */
async function otherWork(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
