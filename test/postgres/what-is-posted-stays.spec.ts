import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { RightOfWay } from '../../src/application/shared/right-of-way';
import { PostLedger } from '../../src/application/ledger/post-ledger';
import { createDataSource, dataSourceOptions } from '../../src/infrastructure/postgres/data-source';
import { PostgresLedgerBook } from '../../src/infrastructure/postgres/postgres-ledger-book';
import { PostgresLedgerFacts } from '../../src/infrastructure/postgres/postgres-ledger-facts';
import { PostgresStripeBinding } from '../../src/infrastructure/postgres/postgres-stripe-binding';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { TypeidIdentifiers } from '../../src/infrastructure/crypto/typeid-identifiers';
import { money, NOON } from '../support/samples';
import { createEmptyDatabase, type TestDatabase } from '../support/test-database';

/** Migrated and used by an account that owns its tables and is nothing more, as a service's should be. */
const ROLE = `app_${randomBytes(4).toString('hex')}`;

let database: TestDatabase;
let app: DataSource;
let superuser: Client;

beforeAll(async () => {
  database = await createEmptyDatabase();
  superuser = new Client({ connectionString: database.url });
  await superuser.connect();
  await superuser.query(`CREATE ROLE ${ROLE} LOGIN NOSUPERUSER`);
  await superuser.query(`GRANT ALL ON SCHEMA public TO ${ROLE}`);
  app = new DataSource({ ...dataSourceOptions({ url: database.url }), extra: { max: 1, options: `-c role=${ROLE}` } });
  await app.initialize();
  await app.runMigrations();
  const unitOfWork = new PostgresUnitOfWork(app);
  const binding = new PostgresStripeBinding(app);
  await binding.bind({ account: 'acct_1', livemode: false });
  const facts = new PostgresLedgerFacts(unitOfWork, binding);
  await facts.note([
    { kind: 'charge_succeeded', subject: 'pay_1', paymentId: 'pay_1', amount: money(5_000), at: NOON, cause: 'test' },
  ]);
  const book = new PostgresLedgerBook(unitOfWork, binding, new TypeidIdentifiers());
  expect(await new PostLedger(book, new RightOfWay()).execute()).toBe(1);
});

afterAll(async () => {
  await app.destroy();
  await superuser.query(`DROP OWNED BY ${ROLE}`);
  await superuser.query(`DROP ROLE ${ROLE}`);
  await superuser.end();
  await database.drop();
});

const CHANGES = ['ledger_transactions', 'ledger_postings'].flatMap((table) => [
  `UPDATE ${table} SET recorded_at = now()`,
  `DELETE FROM ${table}`,
  `TRUNCATE ${table}`,
]);

describe('The ledger', () => {
  it.each(CHANGES)("refuses the application's own account: %s", async (change) => {
    await expect(app.query(change)).rejects.toThrow(/permission denied for table ledger_/);
  });

  it.each(CHANGES)('refuses a superuser too: %s', async (change) => {
    await expect(superuser.query(change)).rejects.toThrow(/ledger: ledger_\w+ is append-only/);
  });

  it('still refuses the account when it gives itself the right back', async () => {
    await app.query(`GRANT UPDATE ON ledger_postings TO ${ROLE}`);
    await expect(app.query('UPDATE ledger_postings SET amount = 1')).rejects.toThrow('is append-only');
    await app.query(`REVOKE UPDATE ON ledger_postings FROM ${ROLE}`);
  });

  const insert = (lines: number, postings: readonly string[], id = `ltx_${randomBytes(5).toString('hex')}`) => `
    BEGIN;
    INSERT INTO ledger_transactions (id, stripe_account, livemode, kind, source, subject, effective_at, cause, lines)
    VALUES ('${id}', 'acct_1', false, 'test', '${id}', '${id}', now(), 'test', ${String(lines)});
    ${postings.map((values, at) => posting(id, at + 1, values)).join('')}
    COMMIT`;

  const posting = (id: string, line: number, values: string) => `
    INSERT INTO ledger_postings (transaction_id, line, account, currency, amount, effective_at, recorded_at)
    VALUES ('${id}', ${String(line)}, ${values}, now(), now());`;

  it.each<[string, number, string[], RegExp]>([
    ['does not add up', 2, ["'bank', 'gbp', 5", "'suspense', 'gbp', -4"], /is off by 1 gbp/],
    ['adds up over currencies only', 2, ["'bank', 'gbp', 5", "'suspense', 'eur', -5"], /is off by -?5 \w+, -?5 \w+/],
    ['has one posting', 1, ["'bank', 'gbp', 5"], /ledger_transactions_lines_check/],
    ['has no postings', 2, [], /has 0 postings and was made with 2/],
    ['has fewer than it says', 3, ["'bank', 'gbp', 5", "'suspense', 'gbp', -5"], /has 2 postings and was made with 3/],
    ['moves nothing', 2, ["'bank', 'gbp', 0", "'suspense', 'gbp', 0"], /ledger_postings_amount_check/],
    ['names no account', 2, ["'pocket', 'gbp', 5", "'suspense', 'gbp', -5"], /ledger_postings_account_check/],
  ])('takes no transaction that %s', async (_what, lines, postings, refusal) => {
    for (const run of [(sql: string) => app.query(sql), (sql: string) => superuser.query(sql)]) {
      await expect(run(insert(lines, postings))).rejects.toThrow(refusal);
      await run('ROLLBACK');
    }
  });

  it('takes one that adds up in every currency, and no posting to it afterwards', async () => {
    const id = 'ltx_whole';
    await superuser.query(insert(2, ["'bank', 'gbp', 5", "'suspense', 'gbp', -5"], id));
    const more = `BEGIN; ${posting(id, 3, "'bank', 'gbp', 9")}${posting(id, 4, "'suspense', 'gbp', -9")} COMMIT`;
    await expect(superuser.query(more)).rejects.toThrow('has 4 postings and was made with 2');
    await superuser.query('ROLLBACK');
  });

  it('takes no posting of no transaction', async () => {
    const orphan = `BEGIN; ${posting('ltx_none', 1, "'bank', 'gbp', 9")} COMMIT`;
    await expect(superuser.query(orphan)).rejects.toThrow('is no transaction');
    await superuser.query('ROLLBACK');
  });

  it('keeps its sums with each posting, in the transaction that posts', async () => {
    const sums = `SELECT span, account, sum(total)::int AS total FROM ledger_totals
      WHERE account = 'unsettled' GROUP BY 1, 2 ORDER BY 1`;
    const { rows } = await superuser.query(sums);
    expect(rows).toEqual(
      ['day', 'hour', 'minute', 'month', 'year'].map((span) => ({ span, account: 'unsettled', total: 5_000 })),
    );
  });
});

it('can be migrated down and up again, and posts again what it had posted', async () => {
  const other = await createEmptyDatabase();
  const source = createDataSource({ url: other.url });
  await source.initialize();
  try {
    await source.runMigrations();
    const unitOfWork = new PostgresUnitOfWork(source);
    const binding = new PostgresStripeBinding(source);
    await binding.bind({ account: 'acct_1', livemode: false });
    const at = { amount: money(5_000), at: NOON, cause: 'test', paymentId: 'pay_1' };
    await new PostgresLedgerFacts(unitOfWork, binding).note([{ kind: 'charge_succeeded', subject: 'pay_1', ...at }]);
    const book = new PostgresLedgerBook(unitOfWork, binding, new TypeidIdentifiers());
    const post = new PostLedger(book, new RightOfWay());
    await post.execute();
    const posted = () => source.query('SELECT kind, source, effective_at FROM ledger_transactions');
    const before: unknown = await posted();
    for (;;) {
      await source.undoLastMigration();
      const left = await source.query<{ ledger: unknown }[]>("SELECT to_regclass('ledger_postings') AS ledger");
      if (left[0]?.ledger === null) break;
    }
    await source.runMigrations();
    await post.execute();
    expect(await posted()).toEqual(before);
  } finally {
    await source.destroy();
    await other.drop();
  }
});
