import type { EntityManager, QueryDeepPartialEntity } from 'typeorm';
import { refundFactsOf } from '../../application/refund/refund-facts';
import type { Cipher } from '../../application/shared/cipher';
import type { LedgerFacts } from '../../application/shared/ledger-facts';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { Refund } from '../../domain/refund/refund';
import { Refunds } from '../../domain/refund/refunds';
import { DEFAULT_LEASE, type Lease } from './lease';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';
import { wakingSagasOf } from './postgres-sagas';
import { fromRow, RefundRow, toRow } from './refund-row';

/**
 * In one statement: a refund that runs at once has several events in one commit. Whatever happens to a refund wakes the saga
 * that conducts it.
 */
const STORE_EVENTS = `
WITH ${wakingSagasOf('$6')}
INSERT INTO domain_events (type, payment_id, cause, data, occurred_at)
SELECT e.type, $1, e.cause, e.data, e.at
FROM unnest($2::text[], $3::text[], $4::jsonb[], $5::timestamptz[]) WITH ORDINALITY AS e (type, cause, data, at, place)
ORDER BY e.place`;

export class PostgresRefunds extends Refunds {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
    private readonly cipher: Cipher,
    private readonly facts: LedgerFacts,
    private readonly lease: Lease = DEFAULT_LEASE,
  ) {
    super();
  }

  override async find(id: string): Promise<Refund | null> {
    const row = await this.manager.findOneBy(RefundRow, { id });
    return row === null ? null : fromRow(row, this.cipher);
  }

  override async ofPayment(paymentId: string): Promise<Refund[]> {
    const rows = await this.manager.find(RefundRow, { where: { paymentId }, order: { createdAt: 'ASC', id: 'ASC' } });
    return rows.map((row) => fromRow(row, this.cipher));
  }

  override async add(refund: Refund): Promise<void> {
    const { account: stripeAccount, livemode } = this.binding.current();
    await this.manager.insert(RefundRow, { ...this.columns(refund), stripeAccount, livemode });
    await this.tell(refund);
  }

  override async save(refund: Refund): Promise<void> {
    const { id, version } = refund;
    const changed = await this.manager.update(
      RefundRow,
      { id, version },
      { ...this.columns(refund), version: version + 1 },
    );
    if (changed.affected !== 1) throw new Error(`refund ${id} was changed by another writer`);
    refund.stored(version + 1);
    await this.tell(refund);
  }

  /** One that was just sent is its sender's for the time of the lease. */
  private columns(refund: Refund): QueryDeepPartialEntity<RefundRow> {
    const row = toRow(refund, this.cipher);
    const justSent = row.status === 'executing' && row.nextCheckAt === null;
    return justSent ? { ...row, nextCheckAt: () => this.lease.until } : row;
  }

  private async tell(refund: Refund): Promise<void> {
    await this.facts.note(refundFactsOf(refund));
    const events = refund.pullEvents();
    if (events.length === 0) return;
    await this.unitOfWork.executeSql(STORE_EVENTS, [
      refund.paymentId,
      events.map(({ type }) => type),
      events.map(({ cause }) => cause),
      events.map(({ data }) => JSON.stringify(data)),
      events.map(({ at }) => at),
      refund.id,
    ]);
  }

  private get manager(): EntityManager {
    return this.unitOfWork.manager;
  }
}
