import type { EntityManager } from 'typeorm';
import type { Cipher } from '../../application/shared/cipher';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { Setup } from '../../domain/customer/setup';
import { Setups } from '../../domain/customer/setups';
import { storeCustomerEvents } from './customer-events';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';
import { fromRow, SetupRow, toRow } from './setup-row';

export class PostgresSetups extends Setups {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override find(id: string): Promise<Setup | null> {
    return this.one({ where: { id } });
  }

  override findBySetupIntent(setupIntent: string): Promise<Setup | null> {
    return this.one({ where: { setupIntent } });
  }

  override lock(id: string): Promise<Setup | null> {
    return this.one({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  override async add(setup: Setup): Promise<void> {
    const { account: stripeAccount, livemode } = this.binding.current();
    await this.manager.insert(SetupRow, { ...toRow(setup, this.cipher), stripeAccount, livemode });
    await storeCustomerEvents(this.manager, setup.pullEvents());
  }

  override async save(setup: Setup): Promise<void> {
    const { version, ...columns } = toRow(setup, this.cipher);
    const { id } = setup;
    const changed = await this.manager.update(SetupRow, { id, version }, { ...columns, version: version + 1 });
    if (changed.affected !== 1) throw new Error(`setup ${id} was changed by another writer`);
    setup.stored(version + 1);
    await storeCustomerEvents(this.manager, setup.pullEvents());
  }

  private get manager(): EntityManager {
    return this.unitOfWork.manager;
  }

  private async one(options: Parameters<EntityManager['findOne']>[1]): Promise<Setup | null> {
    const row = (await this.manager.findOne(SetupRow, options)) as SetupRow | null;
    return row === null ? null : fromRow(row, this.cipher);
  }
}
