import { Module, type Provider } from '@nestjs/common';
import { CustomerGateway } from '../../application/customer/customer-gateway';
import { LinkCustomer } from '../../application/customer/link-customer';
import { RecogniseCustomer } from '../../application/customer/recognise-customer';
import { Clock } from '../../application/shared/clock';
import { Identifiers } from '../../application/shared/identifiers';
import { UnitOfWork } from '../../application/shared/unit-of-work';
import { Customers } from '../../domain/customer/customers';
import { useCase } from './use-case';

const PROVIDERS: Provider[] = [
  useCase(LinkCustomer, UnitOfWork, Customers, CustomerGateway, Clock),
  useCase(RecogniseCustomer, UnitOfWork, Customers, Identifiers, Clock),
];

/** The use cases of customers. */
@Module({})
export class CustomersModule {
  static register() {
    return { module: CustomersModule, global: true, providers: PROVIDERS, exports: PROVIDERS };
  }
}
