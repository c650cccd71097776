import type { KnownEvent, StripeEvent } from '../../src/application/webhook/webhook-inbox';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { PostgresWebhookInbox } from '../../src/infrastructure/postgres/postgres-webhook-inbox';
import { PostgresJobQueue } from '../../src/infrastructure/postgres/postgres-job-queue';
import { ServiceDatabase } from '../support/service-database';

const QUEUE = 'process-webhook';

/** Counts what runs by itself, and can fail it, before or after it took effect. */
class WatchedUnitOfWork extends PostgresUnitOfWork {
  statements = 0;
  failure: { readonly when: 'before' | 'after'; readonly error: Error } | null = null;

  override async executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    const failure = text.includes('INSERT INTO webhook_events') ? this.failure : null;
    if (text.includes('INSERT INTO webhook_events')) this.statements += 1;
    if (failure?.when === 'before') throw failure.error;
    const result = await super.executeSql(text, values);
    if (failure !== null) throw failure.error;
    return result;
  }
}

let db: ServiceDatabase;
let unitOfWork: WatchedUnitOfWork;
let queue: PostgresJobQueue;
let inbox: PostgresWebhookInbox;
let nudges: number;

beforeAll(async () => {
  db = await ServiceDatabase.create();
  unitOfWork = new WatchedUnitOfWork(db.dataSource);
  queue = new PostgresJobQueue(unitOfWork);
});
beforeEach(async () => {
  await db.empty();
  inbox = new PostgresWebhookInbox(unitOfWork, queue, db.binding, db.cipher);
  Object.assign(unitOfWork, { statements: 0, failure: null });
  nudges = 0;
  queue.onEnqueued(QUEUE, () => (nudges += 1));
});
afterAll(() => db.close());

const event = (id: string, change: Partial<StripeEvent> = {}): StripeEvent => ({
  id,
  type: 'payment_intent.succeeded',
  apiVersion: null,
  livemode: false,
  account: null,
  created: new Date(),
  objectType: 'payment_intent',
  objectId: `pi_${id}`,
  intent: `pi_${id}`,
  stripeRequest: null,
  payload: `{"id":"${id}"}`,
  ...change,
});
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `evt_${String(n).padStart(4, '0')}`);
const storeAll = (events: StripeEvent[]) => Promise.allSettled(events.map((each) => inbox.store(each)));
const storedIds = async () =>
  (await db.sql<{ id: string }>('SELECT id FROM webhook_events ORDER BY id')).map((r) => r.id);
/** By the events that they are for: each has a subject of its own, unless it is said. */
const jobs = async () =>
  (await db.sql<{ key: string }>('SELECT key FROM jobs ORDER BY 1')).map(({ key }) => key.replace(/^pi_/, ''));

describe('Events that come at once', () => {
  it('are stored by few statements, each with its job and its own payload', async () => {
    const ids = numbered(200);
    const stored = await storeAll(ids.map((id) => event(id)));
    expect(stored).toEqual(ids.map(() => ({ status: 'fulfilled', value: true })));
    expect(await storedIds()).toEqual(ids);
    expect(await jobs()).toEqual(ids);
    expect(unitOfWork.statements).toBeLessThanOrEqual(4);
    const rows = await db.sql<{ id: string; payload: string }>('SELECT id, payload FROM webhook_events');
    for (const { id, payload } of rows) {
      expect(db.cipher.open(payload, `webhook_events.payload:${id}`)).toBe(`{"id":"${id}"}`);
    }
  });

  it('nudge who works on them', async () => {
    await storeAll([event('evt_1')]);
    expect(nudges).toBe(1);
    await storeAll([event('evt_1')]);
    expect(nudges).toBe(1);
  });

  it('are counted when they are the same, whatever comes among them, and one is the first', async () => {
    const copies = Array.from({ length: 20 }, () => event('evt_same'));
    const others = numbered(20).map((id) => event(id));
    const answers = await Promise.all(
      copies.flatMap((copy, n) => [inbox.store(copy), inbox.store(others[n]!).then(() => null)]),
    );
    expect(answers.filter((isNew) => isNew === true)).toHaveLength(1);
    expect(await inbox.show('evt_same')).toMatchObject({ deliveries: 20, status: 'received' });
    expect((await jobs()).filter((id) => id === 'evt_same')).toHaveLength(1);
  });

  it('do not fail with one that the database does not take', async () => {
    const ids = numbered(30);
    const poisoned = ids.map((id, n) => event(id, n === 17 ? { type: 'a type with a \u0000 in it' } : {}));
    const stored = await storeAll(poisoned);
    expect(stored.map(({ status }) => status === 'rejected')).toEqual(ids.map((_, n) => n === 17));
    const good = ids.filter((_, n) => n !== 17);
    expect(await storedIds()).toEqual(good);
    expect(await jobs()).toEqual(good);
  });

  it('all fail while the database is away, leave nothing, and are not tried one by one', async () => {
    const error = Object.assign(new Error('terminating connection'), { code: '57P01' });
    unitOfWork.failure = { when: 'before', error };
    const stored = await storeAll(numbered(50).map((id) => event(id)));
    expect(new Set(stored.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(unitOfWork.statements).toBeLessThanOrEqual(4);
    expect([await storedIds(), await jobs()]).toEqual([[], []]);
  });

  it('whose commit was carried out but not confirmed are known when they are delivered again', async () => {
    const error = Object.assign(new Error('Connection terminated unexpectedly'), { code: '08006' });
    unitOfWork.failure = { when: 'after', error };
    const ids = numbered(5);
    const stored = await storeAll(ids.map((id) => event(id)));
    expect(new Set(stored.map(({ status }) => status))).toEqual(new Set(['rejected']));
    unitOfWork.failure = null;
    expect(await storeAll(ids.map((id) => event(id)))).toEqual(ids.map(() => ({ status: 'fulfilled', value: false })));
    expect(await jobs()).toEqual(ids);
    expect(await inbox.show(ids[0]!)).toMatchObject({ deliveries: 2 });
  });

  it('that are delivered again long after, and were given up, are worked on after all', async () => {
    await storeAll(['evt_done', 'evt_young', 'evt_old'].map((id) => event(id)));
    await inbox.close(['evt_done'], 'ignored', null, null);
    await db.sql(`UPDATE webhook_events SET received_at = now() - interval '6 minutes' WHERE id <> 'evt_young'`);
    await db.sql(`INSERT INTO dead_jobs SELECT queue, key, 14, 'failed', created_at FROM jobs`);
    await db.sql('DELETE FROM jobs');
    await storeAll(['evt_done', 'evt_young', 'evt_old'].map((id) => event(id)));
    expect(await jobs()).toEqual(['evt_old']);
    expect(await db.sql('SELECT key FROM dead_jobs ORDER BY 1')).toEqual([
      { key: 'pi_evt_done' },
      { key: 'pi_evt_young' },
    ]);
  });

  it('are a new chance for a payment that was given up, and what failed before is still known', async () => {
    const about = (id: string) => event(id, { intent: 'pi_1', objectId: 'pi_1' });
    await storeAll([about('evt_1')]);
    await db.sql(
      `INSERT INTO dead_jobs (id, queue, key, tries, failure, failures, created_at)
       SELECT id, queue, key, 14, 'failed', '[{"failure": "failed"}]', created_at FROM jobs`,
    );
    await db.sql('DELETE FROM jobs');
    await inbox.store(about('evt_1'));
    expect(await jobs()).toEqual([]);
    await inbox.store(about('evt_2'));
    expect(await db.sql('SELECT key, tries, failures FROM jobs')).toEqual([
      { key: 'pi_1', tries: 0, failures: [{ failure: 'failed' }] },
    ]);
    expect(await db.sql('SELECT 1 FROM dead_jobs')).toEqual([]);
  });

  it('and lost their job get another, unless they had an effect or were given up', async () => {
    await storeAll(['evt_done', 'evt_dead', 'evt_young', 'evt_old'].map((id) => event(id)));
    await inbox.close(['evt_done'], 'processed', null, null);
    await db.sql(`UPDATE webhook_events SET received_at = now() - interval '6 minutes' WHERE id <> 'evt_young'`);
    await db.sql(
      `INSERT INTO dead_jobs SELECT queue, key, 14, 'failed', created_at FROM jobs WHERE key = 'pi_evt_dead'`,
    );
    await db.sql('DELETE FROM jobs');
    await inbox.enqueueForgotten(300);
    expect(await jobs()).toEqual(['evt_old']);
    await inbox.enqueueForgotten(300);
    expect(await jobs()).toEqual(['evt_old']);
  });

  it('in a unit of work are part of it: a rollback leaves neither event nor job', async () => {
    const work = unitOfWork.run(async () => {
      await inbox.store(event('evt_1'));
      await inbox.close(['evt_1'], 'ignored', null, null);
      expect(await inbox.waiting('pi_evt_1')).toEqual([]);
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    expect([await storedIds(), await jobs(), nudges]).toEqual([[], [], 0]);
  });

  it('about one payment are one job, whatever object they hold, and are found by it', async () => {
    const first = event('evt_1', { intent: 'pi_1', objectId: 'pi_1' });
    const second = event('evt_2', { intent: 'pi_1', objectId: 'ch_1', objectType: 'charge' });
    await storeAll([first, second, event('evt_3', { intent: null, objectId: 'cus_1' })]);
    await inbox.store(event('evt_4', { intent: null, objectId: '' }));
    expect(await db.sql('SELECT key, arrivals FROM jobs ORDER BY 1')).toEqual([
      { key: 'cus_1', arrivals: 1 },
      { key: 'evt_4', arrivals: 1 },
      { key: 'pi_1', arrivals: expect.any(Number) },
    ]);
    expect((await inbox.waiting('pi_1')).map(({ id }) => id).sort()).toEqual(['evt_1', 'evt_2']);
    await inbox.close(['evt_1', 'evt_2'], 'processed', null, null);
    expect(await inbox.waiting('pi_1')).toEqual([]);
  });

  it('are found and closed together, each as itself', async () => {
    const ids = numbered(40);
    await storeAll(ids.map((id) => event(id, { stripeRequest: `req_${id}` })));
    const found = await Promise.all([...ids, 'evt_none'].map((id) => inbox.waiting(`pi_${id}`)));
    const known = (events: readonly KnownEvent[]) => events.map(({ id, stripeRequest }) => [id, stripeRequest]);
    expect(found.map(known)).toEqual([...ids.map((id) => [[id, `req_${id}`]]), []]);
    await Promise.all(ids.map((id) => inbox.close([id], 'ignored', null, `note of ${id}`)));
    const rows = await db.sql<{ id: string; note: string }>('SELECT id, note FROM webhook_events ORDER BY id');
    expect(rows).toEqual(ids.map((id) => ({ id, note: `note of ${id}` })));
  });
});
