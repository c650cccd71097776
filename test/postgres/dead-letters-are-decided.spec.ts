import { Backlog, BacklogLimits } from '../../src/application/job/backlog';
import { ChangeJob } from '../../src/application/job/change-job';
import type { DeadLetterFilter } from '../../src/application/job/dead-letters';
import { DiscardJob } from '../../src/application/job/discard-job';
import { RedriveJob } from '../../src/application/job/redrive-job';
import { RedriveJobs } from '../../src/application/job/redrive-jobs';
import { WatchBacklog } from '../../src/application/job/watch-backlog';
import { AbandonSaga } from '../../src/application/saga/abandon-saga';
import { WriteOnce } from '../../src/application/shared/write-once';
import type { Clock } from '../../src/application/shared/clock';
import type { StripeEvent } from '../../src/application/webhook/webhook-inbox';
import { PostgresBacklog } from '../../src/infrastructure/postgres/postgres-backlog';
import { PostgresDeadLetters } from '../../src/infrastructure/postgres/postgres-dead-letters';
import { PostgresJobQueries } from '../../src/infrastructure/postgres/postgres-job-queries';
import { PostgresSagas } from '../../src/infrastructure/postgres/postgres-sagas';
import { PlainIndex } from '../support/fakes/plain-index';
import { ServiceDatabase } from '../support/service-database';

const QUEUE = 'process-webhook';

let db: ServiceDatabase;
let queries: PostgresJobQueries;
let letters: PostgresDeadLetters;
let backlog: Backlog;
let redrive: RedriveJob;
let redriveMany: RedriveJobs;
let discard: DiscardJob;
beforeAll(async () => {
  db = await ServiceDatabase.create();
  queries = new PostgresJobQueries(db.unitOfWork, db.cipher);
  letters = new PostgresDeadLetters(db.unitOfWork, db.queue, db.cipher);
  backlog = new PostgresBacklog(db.unitOfWork);
  const once = new WriteOnce(db.unitOfWork, db.records, new PlainIndex());
  const change = new ChangeJob(once, queries);
  redrive = new RedriveJob(change, letters);
  redriveMany = new RedriveJobs(once, letters);
  const abandonSaga = new AbandonSaga(db.unitOfWork, new PostgresSagas(db.unitOfWork, db.binding), {
    now: () => new Date(),
  } as Clock);
  discard = new DiscardJob(change, letters, abandonSaga);
});
beforeEach(async () => {
  await db.empty();
  await db.sql('DELETE FROM alarms');
});
afterAll(() => db.close());

const event = (id: string, intent: string): StripeEvent => ({
  id,
  type: 'payment_intent.succeeded',
  apiVersion: null,
  livemode: false,
  account: null,
  created: new Date(),
  objectType: 'payment_intent',
  objectId: intent,
  intent,
  stripeRequest: null,
  payload: '{}',
});

/** Stores an event of the subject, and lets its job fail for good. @returns the job's id. */
async function bury(subject: string, failure = 'Error: broken'): Promise<string> {
  await db.inbox.store(event(`evt_${subject}`, subject));
  await db.sql('UPDATE jobs SET tries = 13, due_at = now() WHERE key = $1', [subject]);
  const jobs = await db.queue.fetch(QUEUE, 100);
  for (const job of jobs) await db.queue.fail(QUEUE, job, failure);
  return idOf(subject);
}

async function idOf(subject: string): Promise<string> {
  const { data } = await queries.list({}, 100, null);
  return data.find(({ key }) => key === subject)!.id;
}

async function states(): Promise<Record<string, string>> {
  const lists = [await queries.list({}, 100, null), await queries.list({ state: 'discarded' }, 100, null)];
  return Object.fromEntries(lists.flatMap(({ data }) => data.map(({ key, state }) => [key, state])));
}

const command = (jobId: string, key?: string) => ({
  jobId,
  idempotency: key === undefined ? null : db.scope(key, jobId, 'POST /admin/jobs/{id}'),
});
const many = (filter: DeadLetterFilter, most = Infinity) => redriveMany.execute({ filter, most, idempotency: null });

describe('A dead letter', () => {
  it('shows what it is about, what failed, and which events wait for it', async () => {
    const payment = await db.paid();
    const intent = `pi_${payment.id}`;
    const id = await bury(intent, 'TypeError: x is undefined');
    expect(id).toMatch(/^job_\d{12}$/);
    expect(await queries.show(id)).toMatchObject({
      id,
      queue: QUEUE,
      key: intent,
      paymentId: payment.id,
      state: 'dead',
      tries: 14,
      failure: 'TypeError: x is undefined',
      failures: [{ try: 14, failure: 'TypeError: x is undefined', times: 1, until: null }],
      events: [{ id: `evt_${intent}`, type: 'payment_intent.succeeded', objectId: intent }],
      discarded: null,
    });
    expect(await queries.show('job_999999999999')).toBeNull();
    expect(await queries.show('pi_1')).toBeNull();
  });

  it('that is redriven is worked on again with all its tries, under the same name', async () => {
    const id = await bury('pi_1');
    expect(await redrive.execute(command(id))).toMatchObject({ ok: true, value: { id, state: 'waiting', tries: 0 } });
    expect(await db.queue.fetch(QUEUE, 10)).toMatchObject([{ key: 'pi_1', tries: 1 }]);
    expect(await queries.show(id)).toMatchObject({ state: 'working', failures: [{ failure: 'Error: broken' }] });
    expect(await redrive.execute(command(id))).toEqual({
      ok: false,
      error: { kind: 'job_state_forbids', state: 'working' },
    });
  });

  it('is redriven once for each key', async () => {
    const id = await bury('pi_1');
    expect((await redrive.execute(command(id, 'once'))).ok).toBe(true);
    await db.sql('UPDATE jobs SET tries = 13');
    const [job] = await db.queue.fetch(QUEUE, 1);
    await db.queue.fail(QUEUE, job!, 'Error: broken again');
    expect(await redrive.execute(command(id, 'once'))).toMatchObject({ ok: true, value: { state: 'dead' } });
    expect(await states()).toEqual({ pi_1: 'dead' });
  });

  it('that is discarded keeps who and why, and its events are enqueued for nothing any more', async () => {
    const id = await bury('pi_1');
    const given = { ...command(id), by: 'sub:staff_7', reason: 'Ada Lovelace asked us to' };
    expect(await discard.execute(given)).toMatchObject({
      ok: true,
      value: { state: 'discarded', discarded: { by: 'sub:staff_7', reason: 'Ada Lovelace asked us to' } },
    });
    const [{ reason }] = (await db.sql<{ reason: string }>('SELECT reason FROM dead_jobs')) as [{ reason: string }];
    expect(reason).not.toContain('Ada');
    expect(await db.inbox.show('evt_pi_1')).toMatchObject({ status: 'ignored', note: expect.stringContaining(id) });
    await db.sql(`UPDATE webhook_events SET received_at = now() - interval '1 hour'`);
    await db.inbox.enqueueForgotten(300);
    await db.inbox.store(event('evt_pi_1', 'pi_1'));
    expect(await states()).toEqual({ pi_1: 'discarded' });
    expect(await discard.execute(given)).toMatchObject({ error: { kind: 'job_state_forbids', state: 'discarded' } });
    expect(await redrive.execute(command(id))).toMatchObject({ error: { kind: 'job_state_forbids' } });
  });

  it('that was discarded does not stand in the way of a new event, nor of another dead letter', async () => {
    const id = await bury('pi_1');
    await discard.execute({ ...command(id), by: 'sub:staff_7', reason: 'a test' });
    await db.inbox.store(event('evt_new', 'pi_1'));
    const [job] = await db.queue.fetch(QUEUE, 1);
    expect((await db.inbox.waiting('pi_1')).map(({ id: one }) => one)).toEqual(['evt_new']);
    await db.sql('UPDATE jobs SET tries = 14');
    await db.queue.fail(QUEUE, { ...job!, tries: 14 }, 'Error: broken');
    expect((await queries.list({ state: 'dead' }, 10, null)).data).toMatchObject([{ key: 'pi_1' }]);
    expect(await db.count('dead_jobs')).toBe(2);
  });

  it('is forgotten long after it was discarded, and never before', async () => {
    const [old, young] = [await bury('pi_1'), await bury('pi_2')];
    await bury('pi_3');
    for (const id of [old, young]) await discard.execute({ ...command(id), by: 'sub:staff_7', reason: 'a test' });
    await db.sql(`UPDATE dead_jobs SET died_at = now() - interval '1 year', created_at = now() - interval '1 year'`);
    await db.sql(`UPDATE dead_jobs SET discarded_at = now() - interval '91 days' WHERE key = 'pi_1'`);
    expect(await letters.tidy(90)).toBe(1);
    expect(await states()).toEqual({ pi_2: 'discarded', pi_3: 'dead' });
  });
});

describe('Dead letters', () => {
  it('are redriven by their queue, their key or their failure, each once, in batches', async () => {
    for (const n of [1, 2, 3]) await bury(`pi_${String(n)}`, n === 2 ? 'Error: Timeout of x' : 'Error: broken');
    expect(await many({ queue: 'run-saga' })).toEqual({ ok: true, value: { redriven: 0, left: 0 } });
    expect(await many({ failure: 'timeout' })).toEqual({ ok: true, value: { redriven: 1, left: 0 } });
    expect(await states()).toEqual({ pi_1: 'dead', pi_2: 'waiting', pi_3: 'dead' });
    expect(await many({ keys: ['pi_3', 'pi_9'] })).toMatchObject({ value: { redriven: 1 } });
    expect(await many({})).toMatchObject({ value: { redriven: 1, left: 0 } });
    expect(Object.values(await states())).toEqual(['waiting', 'waiting', 'waiting']);
  });

  it('are redriven so many at once at most, the oldest first, and it is said how many are left', async () => {
    await db.sql(`INSERT INTO dead_jobs (queue, key, tries, failure, created_at)
      SELECT '${QUEUE}', 'pi_' || n, 14, 'Error: broken', now() FROM generate_series(1, 450) n`);
    const told: number[] = [];
    const progress = (redriven: number) => told.push(redriven);
    expect(await redriveMany.execute({ filter: {}, most: 420, idempotency: null, progress })).toEqual({
      ok: true,
      value: { redriven: 420, left: 30 },
    });
    expect(told).toEqual([200, 400, 420]);
    const left = (await queries.list({ state: 'dead' }, 100, null)).data.map(({ key }) => key);
    expect(left.sort()).toEqual(Array.from({ length: 30 }, (_, n) => `pi_${String(n + 421)}`));
  });

  it('that were redriven under a key are not redriven again under it', async () => {
    await bury('pi_1');
    const asked = { filter: {}, most: 100, idempotency: db.scope('many', 'all', 'POST /admin/jobs/redrive') };
    expect(await redriveMany.execute(asked)).toMatchObject({ value: { redriven: 1 } });
    await bury('pi_2');
    expect(await redriveMany.execute(asked)).toMatchObject({ value: { redriven: 0, left: 1 } });
  });
});

describe('The list of jobs', () => {
  it('tells what waits from what fails, is in work, and was given up, page by page', async () => {
    await bury('pi_dead');
    for (const subject of ['pi_failing', 'pi_working', 'pi_waiting']) {
      await db.inbox.store(event(`evt_${subject}`, subject));
      if (subject === 'pi_waiting') break;
      const [job] = await db.queue.fetch(QUEUE, 1);
      if (subject === 'pi_failing') await db.queue.fail(QUEUE, job!, 'Error: broken');
    }
    expect(await states()).toEqual({
      pi_dead: 'dead',
      pi_failing: 'failing',
      pi_working: 'working',
      pi_waiting: 'waiting',
    });
    const first = await queries.list({}, 3, null);
    const second = await queries.list({}, 3, first.nextCursor);
    expect([...first.data, ...second.data].map(({ key }) => key)).toEqual([
      'pi_waiting',
      'pi_working',
      'pi_failing',
      'pi_dead',
    ]);
    expect(second.nextCursor).toBeNull();
    await expect(queries.list({}, 3, 'nonsense')).rejects.toThrow('cursor');
    await db.sql(`UPDATE jobs SET created_at = now() - interval '10 minutes' WHERE key = 'pi_failing'`);
    expect((await queries.list({ olderThan: 300 }, 10, null)).data.map(({ key }) => key)).toEqual(['pi_failing']);
    expect((await queries.list({ state: 'failing', queue: QUEUE }, 10, null)).data).toHaveLength(1);
    expect((await queries.list({ queue: 'run-saga' }, 10, null)).data).toEqual([]);
  });
});

describe('The backlog', () => {
  const watch = () => new WatchBacklog(backlog, new BacklogLimits(3, 900));
  const told = () =>
    db.sql<{ type: string; data: object }>('SELECT type, data FROM domain_events WHERE payment_id IS NULL ORDER BY id');

  it('is an alarm while something is among the dead letters: raised once and ended once, whoever looks', async () => {
    expect(await watch().execute()).toBeNull();
    const id = await bury('pi_1');
    const looks = await Promise.all(Array.from({ length: 5 }, () => watch().execute()));
    expect(looks.filter((news) => news !== null)).toMatchObject([{ kind: 'begun', concern: { kind: 'dead' } }]);
    expect(await watch().execute()).toBeNull();
    await discard.execute({ ...command(id), by: 'sub:staff_7', reason: 'a test' });
    const ends = await Promise.all(Array.from({ length: 5 }, () => watch().execute()));
    expect(ends.filter((news) => news !== null)).toMatchObject([{ kind: 'ended' }]);
    expect(await told()).toMatchObject([
      { type: 'jobs.backlog', data: { concern: 'dead', dead: 1 } },
      { type: 'jobs.backlog_cleared', data: { dead: 0 } },
    ]);
  });

  it('is an alarm when a job waits for too long, and not when it is only for later', async () => {
    await db.queue.enqueue('run-saga', 'saga_1', { after: 3_600 });
    await db.inbox.store(event('evt_1', 'pi_1'));
    await db.sql(`UPDATE jobs SET created_at = now() - interval '14 minutes'`);
    expect(await watch().execute()).toBeNull();
    await db.sql(
      `UPDATE jobs SET created_at = now() - interval '16 minutes', due_at = now() - interval '16 minutes' WHERE key = 'saga_1'`,
    );
    expect(await watch().execute()).toMatchObject({ concern: { kind: 'oldest' } });
  });

  it('is an alarm when too many wait', async () => {
    for (const n of [1, 2, 3]) await db.inbox.store(event(`evt_${String(n)}`, `pi_${String(n)}`));
    expect(await watch().execute()).toBeNull();
    await db.inbox.store(event('evt_4', 'pi_4'));
    expect(await watch().execute()).toMatchObject({ concern: { kind: 'waiting' }, figures: { waiting: 4 } });
  });
});
