import { Not, type EntityManager } from 'typeorm';
import type { Cipher } from '../../application/shared/cipher';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { PaymentMethod } from '../../domain/customer/payment-method';
import { PaymentMethods } from '../../domain/customer/payment-methods';
import { storeCustomerEvents } from './customer-events';
import { fromRow, PaymentMethodRow, toRow } from './payment-method-row';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

export class PostgresPaymentMethods extends PaymentMethods {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override find(id: string): Promise<PaymentMethod | null> {
    return this.one({ where: { id } });
  }

  override lock(id: string): Promise<PaymentMethod | null> {
    return this.one({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  override async ofCustomer(customerId: string): Promise<PaymentMethod[]> {
    const rows = await this.manager.find(PaymentMethodRow, {
      where: { customerId, state: Not('detached') },
      order: { createdAt: 'DESC', id: 'DESC' },
    });
    return rows.map((row) => fromRow(row, this.cipher));
  }

  override async add(method: PaymentMethod): Promise<void> {
    const { account: stripeAccount, livemode } = this.binding.current();
    await this.manager.insert(PaymentMethodRow, { ...toRow(method, this.cipher), stripeAccount, livemode });
    await storeCustomerEvents(this.manager, method.pullEvents());
  }

  override async save(method: PaymentMethod): Promise<void> {
    const { version, ...columns } = toRow(method, this.cipher);
    const { id } = method;
    const changed = await this.manager.update(PaymentMethodRow, { id, version }, { ...columns, version: version + 1 });
    if (changed.affected !== 1) throw new Error(`payment method ${id} was changed by another writer`);
    method.stored(version + 1);
    await storeCustomerEvents(this.manager, method.pullEvents());
  }

  private get manager(): EntityManager {
    return this.unitOfWork.manager;
  }

  private async one(options: Parameters<EntityManager['findOne']>[1]): Promise<PaymentMethod | null> {
    const row = (await this.manager.findOne(PaymentMethodRow, options)) as PaymentMethodRow | null;
    return row === null ? null : fromRow(row, this.cipher);
  }
}
