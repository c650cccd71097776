import type { StripeEvent } from '../../src/application/webhook/webhook-inbox';
import { PostgresEventReadings } from '../../src/infrastructure/postgres/postgres-event-readings';
import { ServiceDatabase } from '../support/service-database';

const QUEUE = 'process-webhook';

let db: ServiceDatabase;
let readings: PostgresEventReadings;
beforeAll(async () => {
  db = await ServiceDatabase.create();
  readings = new PostgresEventReadings(db.unitOfWork, db.binding);
});
beforeEach(async () => {
  await db.empty();
  await db.sql('DELETE FROM event_readings');
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
const stored = () => db.sql('SELECT id, came, deliveries FROM webhook_events ORDER BY id');
const jobs = async () => (await db.sql<{ key: string }>('SELECT key FROM jobs ORDER BY 1')).map(({ key }) => key);

describe('An event that was fetched', () => {
  it('is stored with its job, unless it is another account’s or mode’s', async () => {
    const foreign = [event('evt_2', { livemode: true }), event('evt_3', { account: 'acct_other' })];
    expect(await db.inbox.storeFetched([event('evt_1'), ...foreign])).toBe(1);
    expect(await stored()).toEqual([{ id: 'evt_1', came: 'fetched', deliveries: 0 }]);
    expect(await jobs()).toEqual(['pi_evt_1']);
  });

  it('is left as it is where it was delivered, whatever became of it', async () => {
    await db.inbox.store(event('evt_done'));
    await db.inbox.close(['evt_done'], 'processed', null, null);
    await db.sql('DELETE FROM jobs');
    await db.inbox.store(event('evt_given_up'));
    await db.sql("UPDATE webhook_events SET received_at = now() - interval '1 day'");
    await db.sql('UPDATE jobs SET tries = 13');
    const [job] = await db.queue.fetch(QUEUE, 1);
    await db.queue.fail(QUEUE, job!, 'Error: no');
    const before = await stored();
    expect(await db.inbox.storeFetched([event('evt_done'), event('evt_given_up')])).toBe(0);
    expect(await stored()).toEqual(before);
    expect([await jobs(), await db.count('dead_jobs')]).toEqual([[], 1]);
  });
});

describe('A reading of the list of events', () => {
  const endIt = (readUntil = new Date()) => db.unitOfWork.run(() => readings.end(readUntil));
  const leaseRunsOut = () => db.sql("UPDATE event_readings SET leased_until = now() - interval '1 second'");

  it('is one instance’s at a time, from the first one on', async () => {
    const taken = await Promise.all(Array.from({ length: 5 }, () => readings.take(0)));
    expect(taken.filter((each) => each !== null)).toHaveLength(1);
    expect(await readings.take(0)).toBeNull();
    await endIt();
    expect(await readings.take(0)).not.toBeNull();
  });

  it('is not begun again before its time', async () => {
    await readings.take(0);
    await endIt();
    expect(await readings.take(300)).toBeNull();
    await db.sql("UPDATE event_readings SET looked_at = now() - interval '301 seconds'");
    expect(await readings.take(300)).not.toBeNull();
  });

  it('goes on where another left it, by being given back or by dying', async () => {
    await readings.take(300);
    const newest = new Date();
    await db.unitOfWork.run(() => readings.goOn(newest, 'evt_100'));
    expect(await readings.take(300)).toBeNull();
    await readings.release();
    expect(await readings.take(300)).toMatchObject({ newest, nextAfter: 'evt_100' });
    await leaseRunsOut();
    expect(await readings.take(300)).toMatchObject({ newest, nextAfter: 'evt_100' });
  });

  it('never takes back how far another came', async () => {
    const [early, late] = [new Date(Date.now() + 1_000), new Date(Date.now() + 2_000)];
    await readings.take(0);
    await endIt(late);
    await endIt(early);
    expect(await readings.take(0)).toMatchObject({ readUntil: late });
  });

  it('that goes on is rolled back with what it stored', async () => {
    await readings.take(0);
    const work = db.unitOfWork.run(async () => {
      await db.inbox.storeFetched([event('evt_1')]);
      await readings.goOn(new Date(), 'evt_1');
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    await readings.release();
    expect([await stored(), await jobs()]).toEqual([[], []]);
    expect(await readings.take(300)).toMatchObject({ nextAfter: null });
  });
});
