import {
  CustomerGateway,
  type CreationAnswer,
  type CreationFinding,
  type CustomerReading,
  type UpdateAnswer,
} from '../../application/customer/customer-gateway';
import type { Creation, Customer } from '../../domain/customer/customer';
import type { Guard } from './guard';
import { unavailable } from './instead';

export class GuardedCustomerGateway extends CustomerGateway {
  constructor(
    private readonly inner: CustomerGateway,
    private readonly guard: Guard,
  ) {
    super();
  }

  override create(customerId: string, creation: Creation): Promise<CreationAnswer> {
    return this.guard.answer('create', 'write', () => this.inner.create(customerId, creation), unavailable);
  }
  override findCreated(customerId: string, creation: Creation): Promise<CreationFinding> {
    return this.guard.answer('find_created', 'read', () => this.inner.findCreated(customerId, creation), unavailable);
  }
  override update(stripeCustomer: string, customer: Customer): Promise<UpdateAnswer> {
    return this.guard.answer('update', 'write', () => this.inner.update(stripeCustomer, customer), unavailable);
  }
  override read(stripeCustomer: string): Promise<CustomerReading> {
    return this.guard.answer('read', 'read', () => this.inner.read(stripeCustomer), unavailable);
  }
}
