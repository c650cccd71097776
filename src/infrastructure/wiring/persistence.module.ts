import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CustomerQueries } from '../../application/customer/customer-queries';
import { DisputeQueries } from '../../application/dispute/dispute-queries';
import { DueDisputes } from '../../application/dispute/due-disputes';
import { DueCustomers } from '../../application/customer/due-customers';
import { AnswerIntake } from '../../application/payment/answer-intake';
import { SightIntake } from '../../application/payment/sight-intake';
import { DueCards } from '../../application/customer/due-cards';
import { PaymentMethodQueries } from '../../application/customer/payment-method-queries';
import { DuePayments } from '../../application/payment/due-payments';
import { PaymentIntake } from '../../application/payment/payment-intake';
import { PaymentQueries } from '../../application/payment/payment-queries';
import { RefundQueries } from '../../application/refund/refund-queries';
import { DueRefunds } from '../../application/refund/due-refunds';
import { PolicyVersions } from '../../application/refund/policy-versions';
import { RefundStandings } from '../../application/refund/refund-standings';
import { ApiKeys } from '../../application/access/api-keys';
import { BlindIndex } from '../../application/shared/blind-index';
import { Cipher, SealBroken } from '../../application/shared/cipher';
import { Clock } from '../../application/shared/clock';
import { IdempotencyRecords } from '../../application/shared/idempotency';
import { LedgerFacts } from '../../application/shared/ledger-facts';
import { SealedTexts } from '../../application/shared/sealed-texts';
import { JobQueue } from '../../application/shared/job-queue';
import { RightOfWay } from '../../application/shared/right-of-way';
import { StripeBinding } from '../../application/shared/stripe-binding';
import { UnitOfWork } from '../../application/shared/unit-of-work';
import { WebhookInbox } from '../../application/webhook/webhook-inbox';
import { Customers } from '../../domain/customer/customers';
import { PaymentMethods } from '../../domain/customer/payment-methods';
import { Setups } from '../../domain/customer/setups';
import { Disputes } from '../../domain/dispute/disputes';
import { EvidenceDrafts } from '../../domain/dispute/evidence-drafts';
import { Submissions } from '../../domain/dispute/submissions';
import { RefundNotices } from '../../application/refund/refund-notices';
import { DueSagas } from '../../application/saga/due-sagas';
import { SagaQueries } from '../../application/saga/saga-queries';
import { PostedFacts } from '../../application/shared/posted-facts';
import { Sagas } from '../../domain/saga/sagas';
import { Payments } from '../../domain/payment/payments';
import { Refunds } from '../../domain/refund/refunds';
import { AesGcmCipher } from '../crypto/aes-gcm-cipher';
import { ClosedBlindIndex } from '../crypto/closed-blind-index';
import { HmacBlindIndex } from '../crypto/hmac-blind-index';
import { dataSourceOptions } from '../postgres/data-source';
import { DatabaseClock } from '../postgres/database-clock';
import { Lease } from '../postgres/lease';
import { PostgresAnswerIntake } from '../postgres/postgres-answer-intake';
import { PostgresSightIntake } from '../postgres/postgres-sight-intake';
import { PostgresApiKeys } from '../postgres/postgres-api-keys';
import { PostgresCustomerQueries } from '../postgres/postgres-customer-queries';
import { PostgresCustomers } from '../postgres/postgres-customers';
import { PostgresDisputeQueries } from '../postgres/postgres-dispute-queries';
import { PostgresDisputes } from '../postgres/postgres-disputes';
import { PostgresDueCards } from '../postgres/postgres-due-cards';
import { PostgresDueCustomers } from '../postgres/postgres-due-customers';
import { PostgresDueDisputes } from '../postgres/postgres-due-disputes';
import { PostgresDuePayments } from '../postgres/postgres-due-payments';
import { PostgresDueSagas } from '../postgres/postgres-due-sagas';
import { PostgresPostedFacts } from '../postgres/postgres-posted-facts';
import { PostgresRefundNotices } from '../postgres/postgres-refund-notices';
import { PostgresSagaQueries } from '../postgres/postgres-saga-queries';
import { PostgresSagas } from '../postgres/postgres-sagas';
import { PostgresDueRefunds } from '../postgres/postgres-due-refunds';
import { PostgresEvidenceDrafts } from '../postgres/postgres-evidence-drafts';
import { PostgresIdempotencyRecords } from '../postgres/postgres-idempotency-records';
import { PostgresLedgerFacts } from '../postgres/postgres-ledger-facts';
import { PostgresPaymentIntake } from '../postgres/postgres-payment-intake';
import { PostgresPaymentMethodQueries } from '../postgres/postgres-payment-method-queries';
import { PostgresPaymentMethods } from '../postgres/postgres-payment-methods';
import { PostgresPaymentQueries } from '../postgres/postgres-payment-queries';
import { PostgresPayments } from '../postgres/postgres-payments';
import { PostgresRefundPolicies } from '../postgres/postgres-refund-policies';
import { PostgresRefundStandings } from '../postgres/postgres-refund-standings';
import { PostgresRefundQueries } from '../postgres/postgres-refund-queries';
import { PostgresRefunds } from '../postgres/postgres-refunds';
import { BLIND_INDEX_KEY, PostgresSealedKeys } from '../postgres/postgres-sealed-keys';
import { PostgresSealedTexts } from '../postgres/postgres-sealed-texts';
import { PostgresSetups } from '../postgres/postgres-setups';
import { PostgresStripeBinding } from '../postgres/postgres-stripe-binding';
import { PostgresSubmissions } from '../postgres/postgres-submissions';
import { PostgresUnitOfWork } from '../postgres/postgres-unit-of-work';
import { PostgresWebhookInbox } from '../postgres/postgres-webhook-inbox';
import { PostgresJobQueue } from '../postgres/postgres-job-queue';
import { databaseOptions, type ServiceConfig } from './service-config';
import { adapter } from './use-case';

/** What a call may take beyond Stripe's time limit, in milliseconds. */
const LEASE_MARGIN = 2_000;

const PROVIDERS: Provider[] = [
  {
    provide: PostgresUnitOfWork,
    useFactory: (source: DataSource) => new PostgresUnitOfWork(source),
    inject: [DataSource],
  },
  { provide: UnitOfWork, useExisting: PostgresUnitOfWork },
  {
    provide: DatabaseClock,
    useFactory: async (source: DataSource) => {
      const clock = new DatabaseClock(source);
      await clock.look();
      return clock;
    },
    inject: [DataSource],
  },
  { provide: Clock, useExisting: DatabaseClock },
  {
    provide: StripeBinding,
    useFactory: async (source: DataSource) => {
      const binding = new PostgresStripeBinding(source);
      await binding.load();
      return binding;
    },
    inject: [DataSource],
  },
  adapter(Payments, PostgresPayments, PostgresUnitOfWork, StripeBinding, Cipher, LedgerFacts, Lease),
  adapter(LedgerFacts, PostgresLedgerFacts, PostgresUnitOfWork, StripeBinding),
  adapter(Refunds, PostgresRefunds, PostgresUnitOfWork, StripeBinding, Cipher, LedgerFacts, Lease),
  adapter(RefundQueries, PostgresRefundQueries, PostgresUnitOfWork, Cipher),
  adapter(DueRefunds, PostgresDueRefunds, PostgresUnitOfWork),
  adapter(RefundNotices, PostgresRefundNotices, PostgresUnitOfWork),
  adapter(PostedFacts, PostgresPostedFacts, PostgresUnitOfWork),
  adapter(Sagas, PostgresSagas, PostgresUnitOfWork, StripeBinding),
  adapter(SagaQueries, PostgresSagaQueries, PostgresUnitOfWork),
  adapter(DueSagas, PostgresDueSagas, PostgresUnitOfWork),
  adapter(PolicyVersions, PostgresRefundPolicies, DataSource),
  adapter(RefundStandings, PostgresRefundStandings, PostgresUnitOfWork),
  { provide: BlindIndex, useFactory: openBlindIndex, inject: [DataSource, Cipher] },
  adapter(Customers, PostgresCustomers, PostgresUnitOfWork, StripeBinding, Cipher, BlindIndex),
  adapter(Setups, PostgresSetups, PostgresUnitOfWork, StripeBinding, Cipher),
  adapter(PaymentMethods, PostgresPaymentMethods, PostgresUnitOfWork, StripeBinding, Cipher),
  adapter(Disputes, PostgresDisputes, PostgresUnitOfWork, StripeBinding),
  adapter(Submissions, PostgresSubmissions, PostgresUnitOfWork, StripeBinding),
  adapter(EvidenceDrafts, PostgresEvidenceDrafts, PostgresUnitOfWork, StripeBinding, Cipher),
  adapter(DisputeQueries, PostgresDisputeQueries, PostgresUnitOfWork, Cipher),
  adapter(DueDisputes, PostgresDueDisputes, PostgresUnitOfWork),
  adapter(PaymentMethodQueries, PostgresPaymentMethodQueries, PostgresUnitOfWork, Cipher),
  adapter(DueCards, PostgresDueCards, PostgresUnitOfWork),
  adapter(CustomerQueries, PostgresCustomerQueries, PostgresUnitOfWork, Cipher, BlindIndex),
  adapter(DueCustomers, PostgresDueCustomers, PostgresUnitOfWork),
  adapter(PaymentIntake, PostgresPaymentIntake, PostgresUnitOfWork, StripeBinding, Cipher, Lease),
  adapter(AnswerIntake, PostgresAnswerIntake, PostgresUnitOfWork, Cipher),
  adapter(SightIntake, PostgresSightIntake, PostgresUnitOfWork, Cipher),
  adapter(PaymentQueries, PostgresPaymentQueries, PostgresUnitOfWork, Cipher),
  adapter(DuePayments, PostgresDuePayments, PostgresUnitOfWork),
  adapter(IdempotencyRecords, PostgresIdempotencyRecords, PostgresUnitOfWork, Cipher, Lease),
  adapter(WebhookInbox, PostgresWebhookInbox, PostgresUnitOfWork, PostgresJobQueue, StripeBinding, Cipher, RightOfWay),
  adapter(SealedTexts, PostgresSealedTexts, DataSource, Cipher),
  { provide: RightOfWay, useFactory: () => new RightOfWay() },
  adapter(ApiKeys, PostgresApiKeys, PostgresUnitOfWork),
  { provide: JobQueue, useExisting: PostgresJobQueue },
];

/** PostgreSQL behind every collection, query and queue of the core. */
@Module({})
export class PersistenceModule {
  static register(config: ServiceConfig): DynamicModule {
    const queue: Provider = {
      provide: PostgresJobQueue,
      // A job asks Stripe a few times, each within the time limit.
      useFactory: (unitOfWork: PostgresUnitOfWork) =>
        new PostgresJobQueue(unitOfWork, Math.ceil((config.stripe.timeout * 3) / 1_000)),
      inject: [PostgresUnitOfWork],
    };
    const cipher: Provider = { provide: Cipher, useFactory: () => new AesGcmCipher(config.encryptionKeys) };
    const database = TypeOrmModule.forRoot({ ...dataSourceOptions(databaseOptions(config)), retryAttempts: 1 });
    const lease: Provider = { provide: Lease, useValue: new Lease((config.stripe.timeout + LEASE_MARGIN) / 1_000) };
    const providers = [...PROVIDERS, queue, cipher, lease];
    return { module: PersistenceModule, global: true, imports: [database], providers, exports: providers };
  }
}

/** The service does not start with a key that cannot be opened; a command may need none. */
async function openBlindIndex(source: DataSource, cipher: Cipher): Promise<BlindIndex> {
  try {
    return new HmacBlindIndex(await new PostgresSealedKeys(source, cipher).take(BLIND_INDEX_KEY));
  } catch (error) {
    if (error instanceof SealBroken) return new ClosedBlindIndex(error);
    throw error;
  }
}
