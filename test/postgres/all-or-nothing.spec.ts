import { subjectOf } from '../../src/application/webhook/webhook-inbox';
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const EVENT = {
  type: 'payment_intent.succeeded',
  apiVersion: null,
  livemode: false,
  account: null,
  created: new Date(),
  objectType: 'payment_intent',
  objectId: 'pi_1',
  intent: 'pi_1',
  stripeRequest: null,
  payload: '{}',
} as const;

describe('A unit of work', () => {
  it('that is rolled back leaves no row, no job and no event', async () => {
    const { id } = await db.settled();
    const events = await db.count('domain_events');
    const work = db.change(id, async (payment) => {
      payment.cancelUnsent('abandoned', new Date(), 'test');
      await db.payments.save(payment);
      await db.inbox.store({ ...EVENT, id: 'evt_1' });
      await db.records.keep(db.scope('rolled-back'), id, { kind: 'done' });
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect((await db.payments.find(id))!.snapshot()).toMatchObject({ status: 'requires_payment_method', version: 1 });
    expect(await db.count('domain_events')).toBe(events);
    expect(await db.count('jobs')).toBe(0);
    expect(await db.count('webhook_events')).toBe(0);
    expect(await db.records.find(db.scope('rolled-back'))).toBeNull();
  });

  it('inside another joins it: what is thrown outside takes the inner one along', async () => {
    const work = db.unitOfWork.run(async () => {
      await db.unitOfWork.run(() => db.inbox.store({ ...EVENT, id: 'evt_1' }));
      expect(await db.inbox.show('evt_1')).not.toBeNull();
      throw new Error('outside');
    });
    await expect(work).rejects.toThrow('outside');
    expect(await db.inbox.show('evt_1')).toBeNull();
  });

  it('is seen by nobody else before it is committed', async () => {
    let outside: unknown = 'not asked';
    await db.unitOfWork.run(async () => {
      await db.inbox.store({ ...EVENT, id: 'evt_1' });
      outside = await db.sql('SELECT 1 FROM webhook_events');
    });
    expect(outside).toEqual([]);
    expect(await db.count('webhook_events')).toBe(1);
  });

  it('runs what waits for the commit after it, and never after a rollback', async () => {
    const order: string[] = [];
    await db.unitOfWork.run(async () => {
      db.unitOfWork.afterCommit(() => order.push('committed'));
      await db.unitOfWork.run(() => {
        db.unitOfWork.afterCommit(() => order.push('inner'));
        return Promise.resolve();
      });
      order.push('worked');
    });
    const failed = db.unitOfWork.run(async () => {
      db.unitOfWork.afterCommit(() => order.push('never'));
      await Promise.reject(new Error('no'));
    });
    await expect(failed).rejects.toThrow('no');
    db.unitOfWork.afterCommit(() => order.push('at once'));
    expect(order).toEqual(['worked', 'committed', 'inner', 'at once']);
  });

  it('that meets a deadlock is run again, and both changes are there', async () => {
    const [a, b] = [await db.settled(), await db.settled()];
    let runs = 0;
    const attend = async (first: string, second: string): Promise<void> => {
      await db.unitOfWork.run(async () => {
        runs += 1;
        for (const id of [first, second]) {
          const payment = (await db.payments.lock(id))!;
          payment.askAgain(new Date((payment.snapshot().refreshDueAt?.getTime() ?? 0) + 1));
          await db.payments.save(payment);
          await delay(50);
        }
      });
    };
    await Promise.all([attend(a.id, b.id), attend(b.id, a.id)]);
    expect(runs).toBe(3);
    for (const { id } of [a, b]) expect((await db.payments.find(id))!.snapshot().refreshDueAt).toEqual(new Date(2));
  });

  it('that meets another error is not run again', async () => {
    let runs = 0;
    const work = db.unitOfWork.run(async () => {
      runs += 1;
      await db.unitOfWork.manager.query('SELECT 1/0');
    });
    await expect(work).rejects.toThrow('division by zero');
    expect(runs).toBe(1);
  });

  it('is joined by the SQL of libraries, statements without rows included', async () => {
    const work = db.unitOfWork.run(async () => {
      expect(await db.unitOfWork.executeSql('SELECT $1::int AS n', [7])).toEqual({ rows: [{ n: 7 }] });
      await db.unitOfWork.executeSql(
        `INSERT INTO jobs (queue, key) VALUES ('q', 'one'); INSERT INTO jobs (queue, key) VALUES ('q', 'two')`,
      );
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await db.count('jobs')).toBe(0);
    const { rows } = await db.unitOfWork.executeSql(`INSERT INTO jobs (queue, key) VALUES ('q', 'kept') RETURNING key`);
    expect(rows).toEqual([{ key: 'kept' }]);
  });

  it('that ran leaves no connection in a transaction', async () => {
    await db.settled();
    const idle = await db.sql(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
      AND state LIKE 'idle in transaction%'`);
    expect(idle).toEqual([]);
  });
});

describe('A statement that is a transaction of its own', () => {
  /** Fails so many times with this SQLSTATE, and says then how often it was run. */
  async function disturbed(code: string, times: number): Promise<number> {
    await db.sql(`
      CREATE SEQUENCE IF NOT EXISTS runs;
      ALTER SEQUENCE runs RESTART;
      CREATE OR REPLACE FUNCTION disturbed(code text, times int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('runs') <= times THEN
          RAISE EXCEPTION USING ERRCODE = code, MESSAGE = 'disturbed';
        END IF;
        RETURN currval('runs');
      END $$`);
    const [row] = await db.unitOfWork.rows<{ runs: number }>('SELECT disturbed($1, $2) AS runs', [code, times]);
    return row!.runs;
  }
  const runs = async () => (await db.sql<{ runs: number }>('SELECT last_value::int AS runs FROM runs'))[0]!.runs;

  it.each(['40P01', '40001'])('is run again after a %s, also twice', async (code) => {
    expect(await disturbed(code, 1)).toBe(2);
    expect(await disturbed(code, 2)).toBe(3);
  });

  it('is not run for ever, nor again after another error', async () => {
    await expect(disturbed('40P01', 100)).rejects.toThrow('disturbed');
    expect(await runs()).toBe(5);
    await expect(disturbed('23505', 1)).rejects.toThrow('disturbed');
    expect(await runs()).toBe(1);
  });

  it('is not run again within another transaction, which begins anew as a whole', async () => {
    let begun = 0;
    const work = db.unitOfWork.run(async () => {
      begun += 1;
      if (begun === 1) return disturbed('40001', 100);
      return 0;
    });
    expect([await work, begun]).toEqual([0, 2]);
  });
});

describe('An event', () => {
  it('delivered 20 times at once is one row and one job', async () => {
    const stored = await Promise.all(Array.from({ length: 20 }, () => db.inbox.store({ ...EVENT, id: 'evt_1' })));
    expect(stored.filter(Boolean)).toHaveLength(1);
    expect(await db.sql('SELECT queue, key, arrivals FROM jobs')).toEqual([
      { queue: 'process-webhook', key: subjectOf({ ...EVENT, id: 'evt_1' }), arrivals: 1 },
    ]);
    expect(await db.inbox.show('evt_1')).toMatchObject({ deliveries: 20, status: 'received', note: null });
  });

  it('is read back as it was verified', async () => {
    const event = { ...EVENT, id: 'evt_1', apiVersion: '2026-09-30.endive', payload: '{"name":"Zürich"}' };
    await db.inbox.store(event);
    const { payload, ...known } = event;
    expect(await db.inbox.waiting(subjectOf(event))).toEqual([known]);
    const [row] = await db.sql<{ payload: string }>('SELECT payload FROM webhook_events');
    expect(db.cipher.open(row!.payload, 'webhook_events.payload:evt_1')).toBe(payload);
    expect(await db.inbox.waiting('pi_none')).toEqual([]);
  });

  it('is closed once, and keeps what it was closed with', async () => {
    const { id } = await db.settled();
    await db.inbox.store({ ...EVENT, id: 'evt_1' });
    await db.inbox.noteFailure(subjectOf({ ...EVENT, id: 'evt_1' }), 'Stripe did not answer');
    expect(await db.inbox.show('evt_1')).toMatchObject({ status: 'received', note: 'Stripe did not answer' });
    await db.inbox.close(['evt_1'], 'processed', id, null);
    await db.inbox.close(['evt_1'], 'ignored', null, 'too late');
    await db.inbox.noteFailure(subjectOf({ ...EVENT, id: 'evt_1' }), 'too late');
    expect(await db.inbox.show('evt_1')).toMatchObject({ status: 'processed', paymentId: id, note: null });
    expect((await db.inbox.show('evt_1'))!.processedAt).not.toBeNull();
  });

  it('is listed by what it is, newest first', async () => {
    const { id } = await db.settled();
    for (const n of ['1', '2', '3']) await db.inbox.store({ ...EVENT, id: `evt_${n}`, type: `type.${n}` });
    await db.inbox.close(['evt_2'], 'processed', id, null);
    const ids = async (filter: Parameters<typeof db.inbox.list>[0], limit = 10) =>
      (await db.inbox.list(filter, limit)).map((event) => event.id);
    expect(await ids({})).toEqual(['evt_3', 'evt_2', 'evt_1']);
    expect(await ids({}, 2)).toEqual(['evt_3', 'evt_2']);
    expect(await ids({ status: 'received' })).toEqual(['evt_3', 'evt_1']);
    expect(await ids({ type: 'type.1' })).toEqual(['evt_1']);
    expect(await ids({ paymentId: id })).toEqual(['evt_2']);
  });
});
