import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from '../health/health.controller';
import { MetricsController } from '../health/metrics.controller';
import { StripeWebhookController } from '../webhook/stripe-webhook.controller';
import { AccessGuard } from './access.guard';
import { AuditController } from './audit/audit.controller';
import { AuditInterceptor } from './audit/audit.interceptor';
import { StaffActs } from './audit/staff-acts';
import { BillingController } from './billing/billing.controller';
import { OwnPaymentMethodsController } from './billing/own-payment-methods.controller';
import { OwnSetupsController } from './billing/own-setups.controller';
import { OwnRefundQuotesController } from './billing/own-refund-quotes.controller';
import { SignedInCustomer } from './billing/signed-in-customer';
import { CustomerWritesController } from './customer/customer-writes.controller';
import { CustomersController } from './customer/customers.controller';
import { PaymentMethodChanges } from './customer/payment-method-changes';
import { PaymentMethodsController } from './customer/payment-methods.controller';
import { SetupsController } from './customer/setups.controller';
import { DeclaredAccess } from './declared-access';
import { DisputeEvidenceController } from './dispute/dispute-evidence.controller';
import { DisputesController } from './dispute/disputes.controller';
import { Draining } from './draining';
import { JobsController } from './job/jobs.controller';
import { PaymentCreationController } from './payment/payment-creation.controller';
import { PaymentOperationsController } from './payment/payment-operations.controller';
import { PaymentPresenter } from './payment/payment-presenter';
import { PaymentsController } from './payment/payments.controller';
import { ProblemFilter } from './problem.filter';
import { RefundQuotesController } from './refund/refund-quotes.controller';
import { RefundRequestsController } from './refund/refund-requests.controller';
import { RefundsController } from './refund/refunds.controller';
import { RequestPipe } from './request.pipe';

/** All that is reached by HTTP. The use cases and ports come from the wiring, which is global. */
@Module({
  imports: [DiscoveryModule, TerminusModule.forRoot({ logger: false })],
  controllers: [
    CustomersController,
    CustomerWritesController,
    PaymentMethodsController,
    SetupsController,
    DisputesController,
    DisputeEvidenceController,
    PaymentCreationController,
    PaymentOperationsController,
    PaymentsController,
    BillingController,
    OwnPaymentMethodsController,
    OwnSetupsController,
    AuditController,
    JobsController,
    RefundQuotesController,
    RefundRequestsController,
    RefundsController,
    OwnRefundQuotesController,
    StripeWebhookController,
    HealthController,
    MetricsController,
  ],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
    { provide: APP_PIPE, useClass: RequestPipe },
    DeclaredAccess,
    StaffActs,
    Draining,
    PaymentPresenter,
    SignedInCustomer,
    PaymentMethodChanges,
  ],
})
export class HttpModule {}
