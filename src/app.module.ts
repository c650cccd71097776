import { Module, type DynamicModule } from '@nestjs/common';
import { loggingModule } from './infrastructure/telemetry/logging';
import { AccessModule } from './infrastructure/wiring/access.module';
import { AuditModule } from './infrastructure/wiring/audit.module';
import { CustomersModule } from './infrastructure/wiring/customers.module';
import { DisputesModule } from './infrastructure/wiring/disputes.module';
import { JobsModule } from './infrastructure/wiring/jobs.module';
import { LedgerModule, LedgerWorkModule } from './infrastructure/wiring/ledger.module';
import { OperationsModule } from './infrastructure/wiring/operations.module';
import { PaymentsModule } from './infrastructure/wiring/payments.module';
import { PersistenceModule } from './infrastructure/wiring/persistence.module';
import { RefundsModule } from './infrastructure/wiring/refunds.module';
import { SagasModule } from './infrastructure/wiring/sagas.module';
import type { ServiceConfig } from './infrastructure/wiring/service-config';
import { StripeModule } from './infrastructure/wiring/stripe.module';
import { WebhooksModule } from './infrastructure/wiring/webhooks.module';
import { HttpModule } from './presentation/http/http.module';

/** The HTTP service with everything behind it. */
@Module({})
export class AppModule {
  static register(config: ServiceConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        loggingModule(config.settings.LOG_LEVEL),
        PersistenceModule.register(config),
        StripeModule.register(config),
        CustomersModule.register(),
        DisputesModule.register(),
        LedgerModule.register(),
        PaymentsModule.register(config),
        WebhooksModule.register(config),
        RefundsModule.register(config),
        SagasModule.register(),
        AccessModule.register(config),
        AuditModule,
        JobsModule.register(config),
        OperationsModule.register(config),
        LedgerWorkModule.register(config),
        HttpModule,
      ],
    };
  }
}
