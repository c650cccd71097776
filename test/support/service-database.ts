import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Cipher } from '../../src/application/shared/cipher';
import type { Identifiers } from '../../src/application/shared/identifiers';
import type { IdempotencyScope } from '../../src/application/shared/idempotency';
import { Attempt, type AttemptRequest } from '../../src/domain/payment/attempt';
import { Payment, type PaymentTerms } from '../../src/domain/payment/payment';
import { AesGcmCipher, type CipherKey } from '../../src/infrastructure/crypto/aes-gcm-cipher';
import { HmacBlindIndex } from '../../src/infrastructure/crypto/hmac-blind-index';
import { TypeidIdentifiers } from '../../src/infrastructure/crypto/typeid-identifiers';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { PostgresCustomers } from '../../src/infrastructure/postgres/postgres-customers';
import { PostgresAnswerIntake } from '../../src/infrastructure/postgres/postgres-answer-intake';
import { PostgresSightIntake } from '../../src/infrastructure/postgres/postgres-sight-intake';
import { PostgresDisputeQueries } from '../../src/infrastructure/postgres/postgres-dispute-queries';
import { PostgresDisputes } from '../../src/infrastructure/postgres/postgres-disputes';
import { PostgresDueDisputes } from '../../src/infrastructure/postgres/postgres-due-disputes';
import { PostgresEvidenceDrafts } from '../../src/infrastructure/postgres/postgres-evidence-drafts';
import { PostgresSubmissions } from '../../src/infrastructure/postgres/postgres-submissions';
import { PostgresDueCards } from '../../src/infrastructure/postgres/postgres-due-cards';
import { PostgresDuePayments } from '../../src/infrastructure/postgres/postgres-due-payments';
import { PostgresIdempotencyRecords } from '../../src/infrastructure/postgres/postgres-idempotency-records';
import { PostgresJobQueue } from '../../src/infrastructure/postgres/postgres-job-queue';
import { PostgresLedgerFacts } from '../../src/infrastructure/postgres/postgres-ledger-facts';
import { PostgresPaymentIntake } from '../../src/infrastructure/postgres/postgres-payment-intake';
import { PostgresPaymentMethodQueries } from '../../src/infrastructure/postgres/postgres-payment-method-queries';
import { PostgresPaymentMethods } from '../../src/infrastructure/postgres/postgres-payment-methods';
import { PostgresPaymentQueries } from '../../src/infrastructure/postgres/postgres-payment-queries';
import { PostgresPayments } from '../../src/infrastructure/postgres/postgres-payments';
import { PostgresRefunds } from '../../src/infrastructure/postgres/postgres-refunds';
import { PostgresSetups } from '../../src/infrastructure/postgres/postgres-setups';
import { PostgresStripeBinding } from '../../src/infrastructure/postgres/postgres-stripe-binding';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { PostgresWebhookInbox } from '../../src/infrastructure/postgres/postgres-webhook-inbox';
import { newCustomer } from './customer-samples';
import { CREATE, paid, seen, termsOf } from './samples';
import { createTestDatabase, type TestDatabase } from './test-database';

export const ACCOUNT = 'acct_1';

/** A database of its own, with every adapter over it. */
export class ServiceDatabase {
  readonly unitOfWork: PostgresUnitOfWork;
  readonly binding: PostgresStripeBinding;
  readonly key: CipherKey = { id: 'test', key: randomBytes(32) };
  readonly cipher = new AesGcmCipher([this.key]);
  readonly blindIndex = new HmacBlindIndex(randomBytes(32));
  readonly facts: PostgresLedgerFacts;
  readonly customers: PostgresCustomers;
  readonly setups: PostgresSetups;
  readonly paymentMethods: PostgresPaymentMethods;
  readonly paymentMethodQueries: PostgresPaymentMethodQueries;
  readonly dueCards: PostgresDueCards;
  readonly disputes: PostgresDisputes;
  readonly submissions: PostgresSubmissions;
  readonly evidence: PostgresEvidenceDrafts;
  readonly disputeQueries: PostgresDisputeQueries;
  readonly dueDisputes: PostgresDueDisputes;
  readonly payments: PostgresPayments;
  readonly refunds: PostgresRefunds;
  readonly intake: PostgresPaymentIntake;
  readonly answers: PostgresAnswerIntake;
  readonly sights: PostgresSightIntake;
  readonly records: PostgresIdempotencyRecords;
  readonly queries: PostgresPaymentQueries;
  readonly due: PostgresDuePayments;
  readonly queue: PostgresJobQueue;
  readonly inbox: PostgresWebhookInbox;
  readonly ids: Identifiers = new TypeidIdentifiers();
  #keys = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly dataSource: DataSource,
  ) {
    this.unitOfWork = new PostgresUnitOfWork(dataSource);
    this.binding = new PostgresStripeBinding(dataSource);
    this.facts = new PostgresLedgerFacts(this.unitOfWork, this.binding);
    this.customers = new PostgresCustomers(this.unitOfWork, this.binding, this.cipher, this.blindIndex);
    this.setups = new PostgresSetups(this.unitOfWork, this.binding, this.cipher);
    this.paymentMethods = new PostgresPaymentMethods(this.unitOfWork, this.binding, this.cipher);
    this.paymentMethodQueries = new PostgresPaymentMethodQueries(this.unitOfWork, this.cipher);
    this.dueCards = new PostgresDueCards(this.unitOfWork);
    this.disputes = new PostgresDisputes(this.unitOfWork, this.binding);
    this.submissions = new PostgresSubmissions(this.unitOfWork, this.binding);
    this.evidence = new PostgresEvidenceDrafts(this.unitOfWork, this.binding, this.cipher);
    this.disputeQueries = new PostgresDisputeQueries(this.unitOfWork, this.cipher);
    this.dueDisputes = new PostgresDueDisputes(this.unitOfWork);
    this.payments = new PostgresPayments(this.unitOfWork, this.binding, this.cipher, this.facts);
    this.refunds = new PostgresRefunds(this.unitOfWork, this.binding, this.cipher, this.facts);
    this.intake = new PostgresPaymentIntake(this.unitOfWork, this.binding, this.cipher);
    this.answers = new PostgresAnswerIntake(this.unitOfWork, this.cipher);
    this.sights = new PostgresSightIntake(this.unitOfWork, this.cipher);
    this.records = new PostgresIdempotencyRecords(this.unitOfWork, this.cipher);
    this.queries = new PostgresPaymentQueries(this.unitOfWork, this.cipher);
    this.due = new PostgresDuePayments(this.unitOfWork);
    this.queue = new PostgresJobQueue(this.unitOfWork);
    this.inbox = new PostgresWebhookInbox(this.unitOfWork, this.queue, this.binding, this.cipher);
  }

  static async create(): Promise<ServiceDatabase> {
    const database = await createTestDatabase();
    const dataSource = createDataSource({ url: database.url, poolSize: 20, slowQuery: 60_000 });
    await dataSource.initialize();
    const service = new ServiceDatabase(database, dataSource);
    await service.binding.bind({ account: ACCOUNT, livemode: false });
    return service;
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
    await this.database.drop();
  }

  async empty(): Promise<void> {
    await this.sql(
      'TRUNCATE jobs, dead_jobs, ledger_facts, webhook_events, idempotency_records, domain_events, attempts, payments, customers CASCADE',
    );
  }

  sql<T = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> {
    return this.dataSource.query<T[]>(text, values);
  }

  async count(table: string): Promise<number> {
    const [row] = await this.sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    return row!.count;
  }

  scope(key: string, fingerprint = 'the same', route = 'POST /payments'): IdempotencyScope {
    return { principal: 'key:key_1', route, key, fingerprint };
  }

  /** What an instance with another key ring reads and writes. */
  under(cipher: Cipher): { readonly payments: PostgresPayments; readonly records: PostgresIdempotencyRecords } {
    const payments = new PostgresPayments(this.unitOfWork, this.binding, cipher, this.facts);
    return { payments, records: new PostgresIdempotencyRecords(this.unitOfWork, cipher) };
  }

  /** The id of a customer of whom nothing is known. */
  async customer(): Promise<string> {
    const id = this.ids.next('cus');
    await this.unitOfWork.run(() => this.customers.add(newCustomer({}, id, new Date())));
    return id;
  }

  /** A payment with its first attempt, as they are before they are stored. */
  draft(terms: Partial<PaymentTerms> = {}, request: AttemptRequest = CREATE): { payment: Payment; attempt: Attempt } {
    const now = new Date();
    const expiresAt = new Date(now.getTime() + 86_400_000);
    const attemptId = this.ids.next('att');
    const asked = termsOf({ expiresAt, ...terms });
    const payment = Payment.create(this.ids.next('pay'), asked, now, `attempt:${attemptId}`);
    return { payment, attempt: Attempt.send(attemptId, payment.id, 'api', request, now) };
  }

  /** A stored payment, of a reference of its own unless one is given. */
  async stored(
    terms: Partial<PaymentTerms> = {},
    request: AttemptRequest = CREATE,
  ): Promise<{ payment: Payment; attempt: Attempt }> {
    this.#keys += 1;
    const n = String(this.#keys);
    const draft = this.draft({ reference: `order_${n}`, ...terms }, request);
    const { kind } = await this.intake.begin(draft.payment, draft.attempt, this.scope(`stored-${n}`));
    if (kind !== 'begun') throw new Error(`the payment was not stored: ${kind}`);
    return draft;
  }

  /** A stored payment whose first attempt is settled. */
  async settled(terms: Partial<PaymentTerms> = {}): Promise<Payment> {
    const { payment, attempt } = await this.stored(terms);
    await this.change(payment.id, async () => {
      attempt.settle('succeeded', {}, 'req_1', new Date());
      await this.payments.saveAttempt(attempt);
    });
    return payment;
  }

  /** A stored payment that took its money. */
  async paid(terms: Partial<PaymentTerms> = {}): Promise<Payment> {
    const { id } = await this.settled(terms);
    return this.change(id, async (payment) => {
      const { amount, currency } = payment.money;
      const intent = `pi_${id}`;
      const charge = `ch_${id}`;
      payment.observe(seen({ intent, amount, currency, ...paid(charge, amount) }), new Date(), 'test');
      await this.payments.save(payment);
      return payment;
    });
  }

  change<T>(paymentId: string, work: (payment: Payment) => Promise<T>): Promise<T> {
    return this.unitOfWork.run(async () => {
      const payment = await this.payments.lock(paymentId);
      if (payment === null) throw new Error(`${paymentId} does not exist`);
      return work(payment);
    });
  }
}
