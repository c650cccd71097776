import type { EntityManager } from 'typeorm';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { Dispute } from '../../domain/dispute/dispute';
import { Disputes } from '../../domain/dispute/disputes';
import { DisputeRow, fromRow, toRow } from './dispute-row';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

export class PostgresDisputes extends Disputes {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
  ) {
    super();
  }

  override find(id: string): Promise<Dispute | null> {
    return this.one({ where: { id } });
  }

  override lock(id: string): Promise<Dispute | null> {
    return this.one({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  override async ofPayment(paymentId: string): Promise<Dispute[]> {
    const order = { openedAt: 'ASC', id: 'ASC' } as const;
    const rows = await this.manager.find(DisputeRow, { where: { paymentId }, order });
    return rows.map(fromRow);
  }

  override async unknownOf(ids: readonly string[]): Promise<string[]> {
    const sql =
      'SELECT id FROM unnest($1::text[]) AS listed (id) WHERE NOT EXISTS (SELECT FROM disputes d WHERE d.id = listed.id)';
    const rows = await this.manager.query<{ id: string }[]>(sql, [ids]);
    return rows.map(({ id }) => id);
  }

  override async add(dispute: Dispute): Promise<boolean> {
    const { account: stripeAccount, livemode } = this.binding.current();
    const row = { ...toRow(dispute), stripeAccount, livemode };
    const insert = this.manager.createQueryBuilder().insert().into(DisputeRow).values(row).orIgnore().returning('id');
    const { raw } = (await insert.execute()) as { raw: unknown[] };
    if (raw.length === 0) return false;
    await this.storeEvents(dispute);
    return true;
  }

  override async save(dispute: Dispute): Promise<void> {
    const { version, ...columns } = toRow(dispute);
    const { id } = dispute;
    const changed = await this.manager.update(DisputeRow, { id, version }, { ...columns, version: version + 1 });
    if (changed.affected !== 1) throw new Error(`dispute ${id} was changed by another writer`);
    dispute.stored(version + 1);
    await this.storeEvents(dispute);
  }

  private get manager(): EntityManager {
    return this.unitOfWork.manager;
  }

  private async one(options: Parameters<EntityManager['findOne']>[1]): Promise<Dispute | null> {
    const row = (await this.manager.findOne(DisputeRow, options)) as DisputeRow | null;
    return row === null ? null : fromRow(row);
  }

  private async storeEvents(dispute: Dispute): Promise<void> {
    for (const { type, paymentId, cause, data, at } of dispute.pullEvents()) {
      await this.manager.query(
        'INSERT INTO domain_events (type, payment_id, cause, data, occurred_at) VALUES ($1, $2, $3, $4, $5)',
        [type, paymentId, cause, data, at],
      );
    }
  }
}
