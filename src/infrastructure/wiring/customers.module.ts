import { Module, type Provider } from '@nestjs/common';
import { BeginSetup } from '../../application/customer/begin-setup';
import { CarryOutSetup } from '../../application/customer/carry-out-setup';
import { CustomerGateway } from '../../application/customer/customer-gateway';
import { DetachPaymentMethod } from '../../application/customer/detach-payment-method';
import { DueCards } from '../../application/customer/due-cards';
import { FollowSetup } from '../../application/customer/follow-setup';
import { KeepPaymentMethod } from '../../application/customer/keep-payment-method';
import { ChangeCustomer } from '../../application/customer/change-customer';
import { CreateCustomer } from '../../application/customer/create-customer';
import { DueCustomers } from '../../application/customer/due-customers';
import { LinkCustomer } from '../../application/customer/link-customer';
import { ListExpiringPaymentMethods } from '../../application/customer/list-expiring-payment-methods';
import { ListPaymentMethods } from '../../application/customer/list-payment-methods';
import { OpenSetup } from '../../application/customer/open-setup';
import { PaymentMethodGateway } from '../../application/customer/payment-method-gateway';
import { PaymentMethodQueries } from '../../application/customer/payment-method-queries';
import { RecogniseCustomer } from '../../application/customer/recognise-customer';
import { TakeDefault } from '../../application/customer/take-default';
import { UnlinkCustomer } from '../../application/customer/unlink-customer';
import { RecordDetachment } from '../../application/customer/record-detachment';
import { RecordSetup } from '../../application/customer/record-setup';
import { RefreshCustomer } from '../../application/customer/refresh-customer';
import { RefreshPaymentMethod } from '../../application/customer/refresh-payment-method';
import { RefreshSetup } from '../../application/customer/refresh-setup';
import { SetDefaultPaymentMethod } from '../../application/customer/set-default-payment-method';
import { SetupGateway } from '../../application/customer/setup-gateway';
import { ShowPaymentMethod } from '../../application/customer/show-payment-method';
import { ShowSetup } from '../../application/customer/show-setup';
import { SweepCards } from '../../application/customer/sweep-cards';
import { SyncCustomers } from '../../application/customer/sync-customers';
import { BlindIndex } from '../../application/shared/blind-index';
import { Clock } from '../../application/shared/clock';
import { IdempotencyRecords } from '../../application/shared/idempotency';
import { Identifiers } from '../../application/shared/identifiers';
import { OperationsInFlight } from '../../application/shared/operations-in-flight';
import { UnitOfWork } from '../../application/shared/unit-of-work';
import { WriteOnce } from '../../application/shared/write-once';
import { Customers } from '../../domain/customer/customers';
import { PaymentMethods } from '../../domain/customer/payment-methods';
import { Setups } from '../../domain/customer/setups';
import { useCase } from './use-case';

const PROVIDERS: Provider[] = [
  useCase(UnlinkCustomer, Customers, PaymentMethods, Clock),
  useCase(TakeDefault, Customers, PaymentMethods, Clock),
  useCase(LinkCustomer, UnitOfWork, Customers, CustomerGateway, UnlinkCustomer, Clock),
  useCase(RefreshCustomer, UnitOfWork, Customers, CustomerGateway, UnlinkCustomer, TakeDefault),
  useCase(WriteOnce, UnitOfWork, IdempotencyRecords, BlindIndex),
  useCase(CreateCustomer, WriteOnce, Customers, LinkCustomer, Identifiers, Clock),
  useCase(ChangeCustomer, WriteOnce, Customers, LinkCustomer, Clock),
  useCase(SyncCustomers, DueCustomers, LinkCustomer),
  useCase(RecogniseCustomer, UnitOfWork, Customers, Identifiers, Clock),
  useCase(KeepPaymentMethod, Customers, PaymentMethods, Clock),
  useCase(RecordSetup, UnitOfWork, Customers, Setups, KeepPaymentMethod, Clock),
  useCase(CarryOutSetup, Setups, SetupGateway, RecordSetup, Clock),
  useCase(OpenSetup, WriteOnce, Setups, Identifiers, Clock),
  useCase(BeginSetup, LinkCustomer, PaymentMethods, OpenSetup, CarryOutSetup, OperationsInFlight),
  useCase(RefreshSetup, Setups, SetupGateway, RecordSetup),
  useCase(RefreshPaymentMethod, UnitOfWork, Customers, PaymentMethods, PaymentMethodGateway, KeepPaymentMethod),
  useCase(RecordDetachment, UnitOfWork, Customers, PaymentMethods, KeepPaymentMethod, Clock),
  useCase(DetachPaymentMethod, Customers, PaymentMethods, PaymentMethodGateway, RecordDetachment),
  useCase(SetDefaultPaymentMethod, UnitOfWork, Customers, PaymentMethods, LinkCustomer, Clock),
  useCase(ListPaymentMethods, PaymentMethodQueries, Clock),
  useCase(ListExpiringPaymentMethods, PaymentMethodQueries, Clock),
  useCase(ShowSetup, Setups),
  useCase(ShowPaymentMethod, PaymentMethodQueries, Clock),
  useCase(FollowSetup, CarryOutSetup, RefreshSetup, RecordSetup),
  useCase(SweepCards, DueCards, FollowSetup, DetachPaymentMethod, RefreshPaymentMethod),
];

/** The use cases of customers. */
@Module({})
export class CustomersModule {
  static register() {
    return { module: CustomersModule, global: true, providers: PROVIDERS, exports: PROVIDERS };
  }
}
