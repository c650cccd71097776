import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { TakePayments1795219200000 } from '../../migrations/1795219200000-take-payments';
import { KeyScopesAndRotation1795280400000 } from '../../migrations/1795280400000-key-scopes-and-rotation';
import { RecogniseCustomer } from '../../src/application/customer/recognise-customer';
import { AesGcmCipher } from '../../src/infrastructure/crypto/aes-gcm-cipher';
import { HmacBlindIndex } from '../../src/infrastructure/crypto/hmac-blind-index';
import { TypeidIdentifiers } from '../../src/infrastructure/crypto/typeid-identifiers';
import { createDataSource, dataSourceOptions } from '../../src/infrastructure/postgres/data-source';
import { PostgresCustomers } from '../../src/infrastructure/postgres/postgres-customers';
import { PostgresIdempotencyRecords } from '../../src/infrastructure/postgres/postgres-idempotency-records';
import { PostgresPaymentQueries } from '../../src/infrastructure/postgres/postgres-payment-queries';
import { PostgresLedgerFacts } from '../../src/infrastructure/postgres/postgres-ledger-facts';
import { PostgresPayments } from '../../src/infrastructure/postgres/postgres-payments';
import { PostgresStripeBinding } from '../../src/infrastructure/postgres/postgres-stripe-binding';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { alone, migrate } from '../../src/infrastructure/postgres/prepare-database';
import { SealOldRows } from '../../src/infrastructure/postgres/seal-old-rows';
import { SystemClock } from '../../src/infrastructure/wiring/system-clock';
import { createEmptyDatabase, type TestDatabase } from '../support/test-database';

const BEFORE_SEALING = [TakePayments1795219200000, KeyScopesAndRotation1795280400000];
const REQUEST = { operation: 'create', confirm: false, returnUrl: 'https://shop.example/marker', paymentMethod: null };
const ANSWER = { kind: 'done', payment: { description: 'for marker' } };

/** As the first version stored them: all in clear. */
const PAYMENTS = `
INSERT INTO payments (id, stripe_account, livemode, status, amount, currency, capturable, captured, capture_method,
  reference, purpose, allow_another, customer, description, metadata, expires_at, created_at, updated_at, version)
SELECT $1 || n, 'acct_1', false, 'requires_payment_method', 100, 'gbp', 0, 0, 'automatic', $1 || n, 'full', false,
  CASE n % 3 WHEN 0 THEN 'subject marker' WHEN 1 THEN 'another marker' END, CASE n % 2 WHEN 0 THEN 'for marker' END,
  CASE n % 4 WHEN 0 THEN '{"name": "marker"}' ELSE '{}' END::jsonb, now(), now(), now(), 1
FROM generate_series(0, $2::int - 1) n`;
const ATTEMPTS = `
INSERT INTO attempts (id, stripe_account, livemode, payment_id, origin, operation, request, state, created_at, checks)
SELECT 'att_' || id, 'acct_1', false, id, 'api', 'create', $2::jsonb, 'succeeded', now(), 0 FROM payments
WHERE id LIKE $1 || '%'`;
const ANSWERS = `
INSERT INTO idempotency_records (principal, route, key, fingerprint, state, resource, attempt_id, outcome)
SELECT 'key:key_1', 'POST /payments', id, 'f', 'done', payment_id, id, $2::jsonb FROM attempts
WHERE payment_id LIKE $1 || '%'`;
const ANSWER_ALONE = `
INSERT INTO idempotency_records (principal, route, key, fingerprint, state, resource, outcome)
VALUES ('key:key_1', 'POST /payments/{id}/cancel', $1, 'f', 'done', 'old_0', $2::jsonb)`;

let database: TestDatabase;
let source: DataSource;
const cipher = new AesGcmCipher([{ id: 'k1', key: randomBytes(32) }]);
const blindIndex = new HmacBlindIndex(randomBytes(32));

beforeEach(async () => {
  database = await createEmptyDatabase();
  const old = new DataSource({ ...dataSourceOptions({ url: database.url }), migrations: BEFORE_SEALING });
  await old.initialize();
  await old.runMigrations();
  await old.query(`INSERT INTO stripe_binding (stripe_account, livemode) VALUES ('acct_1', false)`);
  await oldRows(old, 'old_', 1_100);
  await old.destroy();
  source = createDataSource({ url: database.url });
  await source.initialize();
  await migrate(source);
});
afterEach(async () => {
  await source.destroy();
  await database.drop();
});

async function oldRows(old: DataSource, prefix: string, count: number): Promise<void> {
  await old.query(PAYMENTS, [prefix, count]);
  await old.query(ATTEMPTS, [prefix, REQUEST]);
  await old.query(ANSWERS, [prefix, ANSWER]);
  await old.query(ANSWER_ALONE, [prefix, ANSWER]);
}

/** What the start of an instance does. */
async function start(onProgress: (what: string, sealed: number) => void = () => undefined): Promise<void> {
  const binding = new PostgresStripeBinding(source);
  await binding.load();
  const unitOfWork = new PostgresUnitOfWork(source);
  const customers = new PostgresCustomers(unitOfWork, binding, cipher, blindIndex);
  const recognise = new RecogniseCustomer(unitOfWork, customers, new TypeidIdentifiers(), new SystemClock());
  const customerOf = async (subject: string) => (await recognise.findOrCreate(subject, 'start')).id;
  await alone(source, () => new SealOldRows(source, cipher, customerOf, onProgress).execute());
}

async function everything(): Promise<string> {
  const tables = ['payments', 'attempts', 'idempotency_records', 'customers', 'domain_events'];
  return JSON.stringify(await Promise.all(tables.map((table) => source.query(`SELECT t::text FROM ${table} t`))));
}

async function asRead(id: string) {
  const unitOfWork = new PostgresUnitOfWork(source);
  const binding = new PostgresStripeBinding(source);
  const scope = { principal: 'key:key_1', route: 'POST /payments', key: `att_${id}`, fingerprint: 'f' };
  return {
    payment: await new PostgresPaymentQueries(unitOfWork, cipher).get(id),
    attempt: (
      await new PostgresPayments(unitOfWork, binding, cipher, new PostgresLedgerFacts(unitOfWork, binding)).findAttempt(
        `att_${id}`,
      )
    )?.request,
    answer: (await new PostgresIdempotencyRecords(unitOfWork, cipher).find(scope))?.outcome,
  };
}

async function customerOf(subject: string): Promise<string | undefined> {
  const binding = new PostgresStripeBinding(source);
  await binding.load();
  const customers = new PostgresCustomers(new PostgresUnitOfWork(source), binding, cipher, blindIndex);
  return (await customers.findBySubject(subject))?.id;
}

describe('What older versions wrote in clear', () => {
  it('is sealed when the service starts, and reads as before', async () => {
    expect(await everything()).toContain('marker');
    await start();
    expect(await everything()).not.toContain('marker');
    const customer = await customerOf('subject marker');
    expect(customer).toMatch(/^cus_/);
    expect(await asRead('old_0')).toMatchObject({
      payment: { customer, description: 'for marker', metadata: { name: 'marker' } },
      attempt: REQUEST,
      answer: ANSWER,
    });
    expect((await asRead('old_5')).payment).toMatchObject({ customer: null, description: null, metadata: {} });
    const count = await source.query<unknown>(`SELECT count(*)::int AS customers FROM customers`);
    expect(count).toEqual([{ customers: 2 }]);
    const alone = { principal: 'key:key_1', route: 'POST /payments/{id}/cancel', key: 'old_', fingerprint: 'f' };
    const records = new PostgresIdempotencyRecords(new PostgresUnitOfWork(source), cipher);
    expect(await records.find(alone)).toMatchObject({ outcome: ANSWER });
  });

  it('is read before it is sealed too, for what an old instance wrote since the start', async () => {
    expect(await asRead('old_0')).toMatchObject({
      payment: { description: 'for marker', metadata: { name: 'marker' } },
      attempt: REQUEST,
      answer: ANSWER,
    });
  });

  it.each([
    ['payments', 500],
    ['attempts', 1_000],
    ['answers', 500],
  ])('is gone on with by the next start when one is killed in its %s', async (table, at) => {
    const killed = start((what, sealed) => {
      if (what === table && sealed === at) throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    expect(await everything()).toContain('marker');
    await start();
    expect(await everything()).not.toContain('marker');
    expect(await asRead('old_0')).toMatchObject({ payment: { description: 'for marker' }, attempt: REQUEST });
  });

  it('is sealed by the next start when an old instance wrote it meanwhile', async () => {
    await start();
    await oldRows(source, 'late_', 10);
    // An old instance stores a whole payment again, as it read it before.
    await source.query(
      `UPDATE payments SET description = 'for marker', customer = 'subject marker' WHERE id = 'old_0'`,
    );
    const before = (await asRead('old_0')).payment;
    await start();
    expect(await everything()).not.toContain('marker');
    expect((await asRead('late_0')).payment).toMatchObject({ description: 'for marker', metadata: { name: 'marker' } });
    expect((await asRead('old_0')).payment).toEqual(before);
  });

  it('is sealed once when three instances start at the same time', async () => {
    const sealed: number[] = [];
    await Promise.all(
      Array.from({ length: 3 }, () =>
        start((what, count) => {
          if (what === 'payments') sealed.push(count);
        }),
      ),
    );
    expect(sealed).toEqual([500, expect.any(Number)]);
    expect(await everything()).not.toContain('marker');
  });

  it('is found by indexes that are empty when nothing is left', async () => {
    await start();
    const sizes = await source.query<{ name: string; tuples: number }[]>(
      `SELECT indexname AS name FROM pg_indexes WHERE indexname LIKE '%_in_clear' ORDER BY 1`,
    );
    expect(sizes.map(({ name }) => name)).toEqual([
      'attempts_in_clear',
      'idempotency_records_in_clear',
      'payments_in_clear',
    ]);
    await source.query('ANALYZE');
    const plan = await source.query<unknown>(
      `EXPLAIN SELECT id FROM payments WHERE customer IS NOT NULL OR description IS NOT NULL OR metadata <> '{}' ORDER BY id LIMIT 500`,
    );
    expect(JSON.stringify(plan)).toContain('payments_in_clear');
  });
});
