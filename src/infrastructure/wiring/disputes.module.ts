import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DisputeGateway } from '../../application/dispute/dispute-gateway';
import { RecordDispute } from '../../application/dispute/record-dispute';
import { RefreshDispute } from '../../application/dispute/refresh-dispute';
import { Clock } from '../../application/shared/clock';
import { UnitOfWork } from '../../application/shared/unit-of-work';
import { Disputes } from '../../domain/dispute/disputes';
import { Payments } from '../../domain/payment/payments';
import { useCase } from './use-case';

const PROVIDERS: Provider[] = [
  useCase(RecordDispute, UnitOfWork, Disputes, Payments, Clock),
  useCase(RefreshDispute, Disputes, DisputeGateway, RecordDispute),
];

/** The use cases of disputes. */
@Module({})
export class DisputesModule {
  static register(): DynamicModule {
    return { module: DisputesModule, global: true, providers: PROVIDERS, exports: PROVIDERS };
  }
}
