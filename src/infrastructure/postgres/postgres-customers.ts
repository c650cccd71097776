import { QueryFailedError, type EntityManager } from 'typeorm';
import type { BlindIndex } from '../../application/shared/blind-index';
import type { Cipher } from '../../application/shared/cipher';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { Customer } from '../../domain/customer/customer';
import { Customers, SubjectTaken } from '../../domain/customer/customers';
import { CustomerRow, fromRow, subjectIndex, toRow } from './customer-row';
import { storeCustomerEvents } from './customer-events';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

export class PostgresCustomers extends Customers {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
    private readonly cipher: Cipher,
    private readonly blindIndex: BlindIndex,
  ) {
    super();
  }

  override find(id: string): Promise<Customer | null> {
    return this.one({ where: { id } });
  }

  override findBySubject(subject: string): Promise<Customer | null> {
    const { account: stripeAccount, livemode } = this.binding.current();
    return this.one({ where: { stripeAccount, livemode, subjectIndex: subjectIndex(this.blindIndex, subject) } });
  }

  override findByStripeCustomer(stripeCustomer: string): Promise<Customer | null> {
    return this.one({ where: { stripeCustomer } });
  }

  override lock(id: string): Promise<Customer | null> {
    return this.one({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  override async add(customer: Customer): Promise<void> {
    const { account: stripeAccount, livemode } = this.binding.current();
    const row = { ...toRow(customer, this.cipher, this.blindIndex), stripeAccount, livemode };
    await unlessSubjectTaken(this.manager.insert(CustomerRow, row));
    await storeCustomerEvents(this.manager, customer.pullEvents());
  }

  override async save(customer: Customer): Promise<void> {
    const { version, ...columns } = toRow(customer, this.cipher, this.blindIndex);
    const { id } = customer;
    const change = this.manager.update(CustomerRow, { id, version }, { ...columns, version: version + 1 });
    const changed = await unlessSubjectTaken(change);
    if (changed.affected !== 1) throw new Error(`customer ${id} was changed by another writer`);
    customer.stored(version + 1);
    await storeCustomerEvents(this.manager, customer.pullEvents());
  }

  private get manager(): EntityManager {
    return this.unitOfWork.manager;
  }

  private async one(options: Parameters<EntityManager['findOne']>[1]): Promise<Customer | null> {
    const row = (await this.manager.findOne(CustomerRow, options)) as CustomerRow | null;
    return row === null ? null : fromRow(row, this.cipher);
  }
}

async function unlessSubjectTaken<T>(storing: Promise<T>): Promise<T> {
  try {
    return await storing;
  } catch (error) {
    if (error instanceof QueryFailedError && constraintOf(error) === 'customers_one_per_subject') {
      // Not as the cause: drivers attach the parameters of the statement.
      throw new SubjectTaken('another customer has this subject');
    }
    throw error;
  }
}

function constraintOf({ driverError }: { driverError: unknown }): string | undefined {
  return (driverError as { constraint?: string }).constraint;
}
