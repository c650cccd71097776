import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { PostgresStripeBinding } from '../../src/infrastructure/postgres/postgres-stripe-binding';
import { migrate } from '../../src/infrastructure/postgres/prepare-database';
import { dumpSchema } from '../../src/infrastructure/postgres/schema-dump';
import { viewOf } from '../../src/application/payment/payment-view';
import { CHALLENGE, CHARGE, CONFIRM, seen } from '../support/samples';
import { ACCOUNT, ServiceDatabase } from '../support/service-database';
import { createEmptyDatabase, type TestDatabase } from '../support/test-database';

/** Every column of every table as text. */
async function everythingIn(db: ServiceDatabase): Promise<string> {
  const tables = await db.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  expect(tables.length).toBeGreaterThan(6);
  const rows = await Promise.all(tables.map(({ name }) => db.sql(`SELECT t::text FROM ${name} t`)));
  return JSON.stringify(rows);
}

describe('Sealed columns', () => {
  it('hold no client secret and no payload that anybody could read, anywhere in the database', async () => {
    const db = await ServiceDatabase.create();
    try {
      const { id } = await db.settled();
      await db.change(id, async (payment) => {
        const redirectUrl = 'https://bank.example/?client_secret=pi_1_secret_1';
        payment.observe(seen({ ...CHALLENGE, redirectUrl }), new Date(), 'test');
        await db.payments.save(payment);
      });
      const event = { type: 't', apiVersion: null, livemode: false, account: null, created: new Date() };
      const object = { objectType: 'payment_intent', objectId: 'pi_1', intent: 'pi_1', stripeRequest: null };
      await db.inbox.store({ id: 'evt_1', ...event, ...object, payload: '{"email":"alice@example.com"}' });
      const everything = await everythingIn(db);
      expect(everything).toContain('pi_1');
      expect(everything).not.toContain('_secret_');
      expect(everything).not.toContain('alice@example.com');
      expect(everything).not.toContain(Buffer.from('pi_1_secret_1').toString('base64url'));
      expect((await db.payments.find(id))!.snapshot().clientSecret).toBe('pi_1_secret_1');
    } finally {
      await db.close();
    }
  });

  it('hold what was written about a payment, what was asked of Stripe, and the answers that are kept', async () => {
    const db = await ServiceDatabase.create();
    try {
      const about = { description: 'for Ada Marker', metadata: { 'Marker key': 'Marker value' } };
      const asked = { ...CHARGE, returnUrl: 'https://shop.example/marker' };
      const { payment, attempt } = db.draft(about, asked);
      await db.intake.begin(payment, attempt, db.scope('key-1'));
      await db.records.finish(attempt.id, { kind: 'done', payment: viewOf(payment, false) });
      await db.records.keep(db.scope('key-2'), payment.id, { kind: 'done', payment: viewOf(payment, false) });
      await db.change(payment.id, (locked) => db.payments.save(locked));
      expect(await everythingIn(db)).not.toMatch(/marker/i);
      expect((await db.payments.find(payment.id))!.snapshot()).toMatchObject(about);
      expect(await db.queries.get(payment.id)).toMatchObject(about);
      expect((await db.queries.list({}, 1, null)).data).toMatchObject([about]);
      expect((await db.payments.findAttempt(attempt.id))!.request).toEqual(asked);
      expect((await db.queries.timeline(payment.id))[0]).toMatchObject({ data: { request: asked } });
      for (const key of ['key-1', 'key-2']) {
        expect(await db.records.find(db.scope(key))).toMatchObject({ outcome: { payment: about } });
      }
    } finally {
      await db.close();
    }
  });

  it('hold requests of the versions before customers, which are repeated as they were', async () => {
    const db = await ServiceDatabase.create();
    try {
      const before = { operation: 'create', paymentMethod: 'pm_card_visa', confirm: true, returnUrl: null };
      const { payment, attempt } = db.draft({}, CHARGE);
      await db.intake.begin(payment, attempt, db.scope('key-1'));
      const sealed = db.cipher.seal(JSON.stringify(before), `attempts.asked:${attempt.id}`);
      await db.sql('UPDATE attempts SET asked = $2 WHERE id = $1', [attempt.id, sealed]);
      expect((await db.payments.findAttempt(attempt.id))!.request).toEqual(CHARGE);
      const clear = { operation: 'confirm', paymentMethod: 'pm_card_visa', returnUrl: null };
      await db.sql('UPDATE attempts SET asked = NULL, request = $2 WHERE id = $1', [attempt.id, clear]);
      expect((await db.payments.findAttempt(attempt.id))!.request).toEqual(CONFIRM);
    } finally {
      await db.close();
    }
  });

  it('are empty where nothing was written about a payment', async () => {
    const db = await ServiceDatabase.create();
    try {
      const { id } = await db.settled();
      expect(await db.sql('SELECT details FROM payments')).toEqual([{ details: null }]);
      expect(await db.queries.get(id)).toMatchObject({ description: null, metadata: {} });
    } finally {
      await db.close();
    }
  });

  it('cannot be moved to another row', async () => {
    const db = await ServiceDatabase.create();
    try {
      const [a, b] = [await db.settled(), await db.settled()];
      await db.change(a.id, async (payment) => {
        payment.observe(seen(), new Date(), 'test');
        await db.payments.save(payment);
      });
      await db.sql(
        `UPDATE payments SET client_secret = (SELECT client_secret FROM payments WHERE id = $1) WHERE id = $2`,
        [a.id, b.id],
      );
      await expect(db.payments.find(b.id)).rejects.toThrow('cannot open');
    } finally {
      await db.close();
    }
  });
});

describe('A database', () => {
  it('belongs to the first account that is bound to it, whoever else tries at the same time', async () => {
    const db = await ServiceDatabase.create();
    try {
      await db.sql('DELETE FROM stripe_binding');
      const binding = new PostgresStripeBinding(db.dataSource);
      expect(await binding.load()).toBeNull();
      expect(() => binding.current()).toThrow('not bound');
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          new PostgresStripeBinding(db.dataSource).bind({ account: `acct_${String(n)}`, livemode: false }),
        ),
      );
      expect(new Set(results.map(({ account }) => account)).size).toBe(1);
      expect(await binding.load()).toEqual(results[0]);
      expect(binding.current()).toEqual(results[0]);
    } finally {
      await db.close();
    }
  });

  it('stamps every row of money with the account and mode it belongs to', async () => {
    const db = await ServiceDatabase.create();
    try {
      await db.settled();
      for (const table of ['payments', 'attempts']) {
        expect(await db.sql(`SELECT stripe_account, livemode FROM ${table}`)).toEqual([
          { stripe_account: ACCOUNT, livemode: false },
        ]);
      }
    } finally {
      await db.close();
    }
  });
});

describe('The migrations', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createEmptyDatabase();
  });
  afterEach(() => database.drop());

  it('go up, down and up again, leave nothing behind, and make the same schema', async () => {
    const dataSource = createDataSource({ url: database.url });
    await dataSource.initialize();
    const dump = async (): Promise<string> => {
      const runner = dataSource.createQueryRunner();
      try {
        const query = async (sql: string) => ({ rows: (await runner.query(sql, [], true)).records as unknown[] });
        return await dumpSchema({ query });
      } finally {
        await runner.release();
      }
    };
    try {
      const empty = await dump();
      const names = await migrate(dataSource);
      expect(names.length).toBeGreaterThan(0);
      const first = await dump();
      expect(first).toContain('CREATE TABLE payments');
      for (let left = names.length; left > 0; left--) await dataSource.undoLastMigration();
      expect(await dump()).toBe(empty);
      const remains = await dataSource.query<unknown[]>(
        `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'migrations%'
           AND relname <> 'PK_8c82d7f526340ab734260ea46be'`,
      );
      expect(remains).toEqual([]);
      expect(await migrate(dataSource)).toEqual(names);
      expect(await dump()).toBe(first);
      expect(await migrate(dataSource)).toEqual([]);
    } finally {
      await dataSource.destroy();
    }
  });

  it('run once when five instances start at the same time', async () => {
    const sources = Array.from({ length: 5 }, () => createDataSource({ url: database.url, poolSize: 3 }));
    await Promise.all(sources.map((source) => source.initialize()));
    try {
      const ran = await Promise.all(sources.map((source) => migrate(source)));
      expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
    } finally {
      await Promise.all(sources.map((source) => source.destroy()));
    }
  });
});
