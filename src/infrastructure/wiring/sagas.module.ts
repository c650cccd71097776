import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { RefundSaga } from '../../application/refund/refund-saga';
import { AbandonSaga } from '../../application/saga/abandon-saga';
import { BeginSaga } from '../../application/saga/begin-saga';
import { DueSagas } from '../../application/saga/due-sagas';
import { RetrySaga } from '../../application/saga/retry-saga';
import { RunSaga } from '../../application/saga/run-saga';
import { SagaDefinitions } from '../../application/saga/saga-definition';
import { SagaQueries } from '../../application/saga/saga-queries';
import { ShowSaga } from '../../application/saga/show-saga';
import { SweepSagas } from '../../application/saga/sweep-sagas';
import { Clock } from '../../application/shared/clock';
import { Identifiers } from '../../application/shared/identifiers';
import { JobQueue } from '../../application/shared/job-queue';
import { UnitOfWork } from '../../application/shared/unit-of-work';
import { Sagas } from '../../domain/saga/sagas';
import { useCase } from './use-case';

/** Every kind of saga. A new one is a line here. */
const DEFINITIONS: Provider = {
  provide: SagaDefinitions,
  useFactory: (refund: RefundSaga) => new SagaDefinitions([refund]),
  inject: [RefundSaga],
};

const PROVIDERS: Provider[] = [
  DEFINITIONS,
  useCase(BeginSaga, Sagas, Identifiers, Clock),
  useCase(RunSaga, UnitOfWork, Sagas, SagaDefinitions, Clock),
  useCase(ShowSaga, SagaQueries, SagaDefinitions),
  useCase(AbandonSaga, UnitOfWork, Sagas, Clock),
  useCase(RetrySaga, SagaQueries, JobQueue),
  useCase(SweepSagas, DueSagas, UnitOfWork, Sagas, Clock),
];

/** What conducts work of several steps. */
@Module({})
export class SagasModule {
  static register(): DynamicModule {
    return { module: SagasModule, global: true, providers: PROVIDERS, exports: PROVIDERS };
  }
}
