import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { BalanceGateway } from '../../application/ledger/balance-gateway';
import { BalanceMirror } from '../../application/ledger/balance-mirror';
import { BalanceWake } from '../../application/ledger/balance-wake';
import { LedgerAudit } from '../../application/ledger/ledger-audit';
import { LedgerBook } from '../../application/ledger/ledger-book';
import { LedgerQueries } from '../../application/ledger/ledger-queries';
import { PostLedger } from '../../application/ledger/post-ledger';
import { SyncBalance } from '../../application/ledger/sync-balance';
import { VerifyLedger } from '../../application/ledger/verify-ledger';
import { Clock } from '../../application/shared/clock';
import { Identifiers } from '../../application/shared/identifiers';
import { LedgerFacts } from '../../application/shared/ledger-facts';
import { RightOfWay } from '../../application/shared/right-of-way';
import { StripeBinding } from '../../application/shared/stripe-binding';
import { UnitOfWork } from '../../application/shared/unit-of-work';
import { PostgresBalanceMirror } from '../postgres/postgres-balance-mirror';
import { PostgresLedgerAudit } from '../postgres/postgres-ledger-audit';
import { PostgresLedgerBook } from '../postgres/postgres-ledger-book';
import { PostgresLedgerQueries } from '../postgres/postgres-ledger-queries';
import { PostgresUnitOfWork } from '../postgres/postgres-unit-of-work';
import { LedgerWork } from './ledger-work';
import type { ServiceConfig } from './service-config';
import { Troubles } from './troubles';
import { adapter, useCase } from './use-case';

const PROVIDERS: Provider[] = [
  adapter(BalanceMirror, PostgresBalanceMirror, PostgresUnitOfWork, StripeBinding),
  adapter(LedgerBook, PostgresLedgerBook, PostgresUnitOfWork, StripeBinding, Identifiers),
  adapter(LedgerQueries, PostgresLedgerQueries, PostgresUnitOfWork),
  adapter(LedgerAudit, PostgresLedgerAudit, PostgresUnitOfWork),
  useCase(BalanceWake),
  useCase(SyncBalance, UnitOfWork, BalanceGateway, BalanceMirror, LedgerFacts, Clock),
  useCase(PostLedger, LedgerBook, RightOfWay),
  useCase(VerifyLedger, LedgerAudit, BalanceGateway, Clock),
];

/** The ledger: its use cases, and where it is kept. */
@Module({})
export class LedgerModule {
  static register(): DynamicModule {
    return { module: LedgerModule, global: true, providers: PROVIDERS, exports: PROVIDERS };
  }
}

/** What keeps the ledger up to date, in a service that runs. */
@Module({})
export class LedgerWorkModule {
  static register({ settings }: ServiceConfig): DynamicModule {
    const work: Provider = {
      provide: LedgerWork,
      useFactory: (sync: SyncBalance, post: PostLedger, wake: BalanceWake, troubles: Troubles) =>
        new LedgerWork(sync, post, wake, troubles, settings.BALANCE_POLL_MS),
      inject: [SyncBalance, PostLedger, BalanceWake, Troubles],
    };
    return { module: LedgerWorkModule, providers: [work] };
  }
}
