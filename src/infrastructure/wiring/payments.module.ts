import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { AnswerIntake } from '../../application/payment/answer-intake';
import { LinkCustomer } from '../../application/customer/link-customer';
import { AnswerOnce } from '../../application/payment/answer-once';
import { BeginOperation } from '../../application/payment/begin-operation';
import { BeginPayment } from '../../application/payment/begin-payment';
import { CancelPayment } from '../../application/payment/cancel-payment';
import { CapturePayment } from '../../application/payment/capture-payment';
import { CarryOutAttempt } from '../../application/payment/carry-out-attempt';
import { ChoosePaymentMethod } from '../../application/payment/choose-payment-method';
import { ConfirmPayment } from '../../application/payment/confirm-payment';
import { CreatePayment } from '../../application/payment/create-payment';
import { DuePayments } from '../../application/payment/due-payments';
import { EndUnsentPayment } from '../../application/payment/end-unsent-payment';
import { ExpirePayment } from '../../application/payment/expire-payment';
import { KeepClientAttempts } from '../../application/payment/keep-client-attempts';
import { PaymentGateway } from '../../application/payment/payment-gateway';
import { PaymentIntake } from '../../application/payment/payment-intake';
import { OperationsInFlight } from '../../application/shared/operations-in-flight';
import { PreparePayer } from '../../application/payment/prepare-payer';
import { RecordFinding } from '../../application/payment/record-finding';
import { RefreshPayment } from '../../application/payment/refresh-payment';
import { ResumeAttempt } from '../../application/payment/resume-attempt';
import { SettleAttempt } from '../../application/payment/settle-attempt';
import { SightIntake } from '../../application/payment/sight-intake';
import { StoreSight } from '../../application/payment/store-sight';
import { SoughtIntents } from '../../application/payment/sought-intents';
import { SweepAttempts } from '../../application/payment/sweep-attempts';
import { SweepPayments } from '../../application/payment/sweep-payments';
import { Clock } from '../../application/shared/clock';
import { IdempotencyRecords } from '../../application/shared/idempotency';
import { Identifiers } from '../../application/shared/identifiers';
import { UnitOfWork } from '../../application/shared/unit-of-work';
import { Customers } from '../../domain/customer/customers';
import { PaymentMethods } from '../../domain/customer/payment-methods';
import { Payments } from '../../domain/payment/payments';
import { TypeidIdentifiers } from '../crypto/typeid-identifiers';
import { BoundedUnitOfWork } from '../resilience/bounded-unit-of-work';
import type { ServiceConfig } from './service-config';
import { adapter, useCase } from './use-case';

const PROVIDERS: Provider[] = [
  adapter(Identifiers, TypeidIdentifiers),
  useCase(RecordFinding, UnitOfWork, Payments, IdempotencyRecords, PaymentGateway, Clock),
  useCase(CarryOutAttempt, PaymentGateway, AnswerIntake, RecordFinding, Clock),
  useCase(SettleAttempt, Payments, PaymentGateway, RecordFinding, Clock),
  useCase(ResumeAttempt, UnitOfWork, Payments, CarryOutAttempt, SettleAttempt, Clock),
  useCase(AnswerOnce, IdempotencyRecords, CarryOutAttempt, ResumeAttempt, OperationsInFlight, Clock),
  useCase(EndUnsentPayment, UnitOfWork, Payments, Clock),
  useCase(ChoosePaymentMethod, PaymentMethods, Customers),
  useCase(PreparePayer, ChoosePaymentMethod, LinkCustomer),
  useCase(BeginPayment, PreparePayer, PaymentIntake, EndUnsentPayment, Identifiers, Clock),
  useCase(BeginOperation, UnitOfWork, Payments, IdempotencyRecords, Identifiers, Clock),
  useCase(CreatePayment, BeginPayment, PaymentGateway, AnswerOnce),
  useCase(ConfirmPayment, BeginOperation, AnswerOnce, ChoosePaymentMethod),
  useCase(CapturePayment, BeginOperation, AnswerOnce, PaymentGateway),
  useCase(CancelPayment, BeginOperation, AnswerOnce),
  useCase(KeepClientAttempts, Payments, Identifiers),
  useCase(StoreSight, BoundedUnitOfWork, Payments, SightIntake, KeepClientAttempts, Clock),
  useCase(RefreshPayment, Payments, PaymentGateway, StoreSight, Clock),
  useCase(ExpirePayment, UnitOfWork, Payments, EndUnsentPayment, Identifiers, Clock),
  useCase(SoughtIntents, DuePayments, PaymentGateway, ResumeAttempt),
  useCase(SweepAttempts, DuePayments, ResumeAttempt, SoughtIntents),
  useCase(SweepPayments, DuePayments, SweepAttempts, RefreshPayment, ExpirePayment, IdempotencyRecords),
];

/** The use cases of payments. */
@Module({})
export class PaymentsModule {
  static register({ settings }: ServiceConfig): DynamicModule {
    const limits = {
      most: settings.PAYMENTS_IN_FLIGHT_MAX,
      mostPerCustomer: settings.PAYMENTS_IN_FLIGHT_PER_CUSTOMER_MAX,
    };
    const inFlight: Provider = { provide: OperationsInFlight, useValue: new OperationsInFlight(limits) };
    const bounded: Provider = {
      provide: BoundedUnitOfWork,
      useFactory: (unitOfWork: UnitOfWork) =>
        new BoundedUnitOfWork(unitOfWork, Math.max(1, Math.floor(settings.DATABASE_POOL_SIZE / 2))),
      inject: [UnitOfWork],
    };
    const providers = [...PROVIDERS, inFlight, bounded];
    return { module: PaymentsModule, global: true, providers, exports: providers };
  }
}
