import type { Job } from '../../src/infrastructure/postgres/postgres-job-queue';
import { comesTrue, JobDatabase, QUEUE } from '../support/job-database';

let db: JobDatabase;
beforeAll(async () => {
  db = await JobDatabase.create();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const fetched = async () => (await db.queue.fetch(QUEUE, 50)).map(({ key }) => key).sort();

/** How PostgreSQL carries out each statement of a piece of work, on a connection like the service's. */
async function plansOf(work: () => Promise<void>): Promise<string[]> {
  const plans: string[] = [];
  const explained = jest.spyOn(db.unitOfWork, 'rows').mockImplementation(async (text: string, values: unknown[]) => {
    const { rows: lines } = await db.unitOfWork.executeSql(`EXPLAIN ${text}`, values);
    plans.push((lines as Record<string, string>[]).map((line) => line['QUERY PLAN']).join('\n'));
    return (await db.unitOfWork.executeSql(text, values)).rows;
  });
  await work();
  explained.mockRestore();
  return plans;
}

describe('A job', () => {
  it('is there after the commit, and not before', async () => {
    await db.unitOfWork.run(async () => {
      await db.queue.enqueue(QUEUE, 'evt_1');
      const seen = await db.dataSource.query<unknown[]>('SELECT 1 FROM jobs');
      expect(seen).toEqual([]);
    });
    expect(await fetched()).toEqual(['evt_1']);
  });

  it('is never there after a rollback, and nobody is nudged for it', async () => {
    const nudges: string[] = [];
    db.queue.onEnqueued(QUEUE, () => nudges.push('nudged'));
    const work = db.unitOfWork.run(async () => {
      await db.queue.enqueue(QUEUE, 'evt_1');
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await db.rows()).toEqual([]);
    expect(nudges).toEqual([]);
    await db.enqueue('evt_2');
    expect(nudges).toEqual(['nudged']);
  });

  it('is there once for each key, however often it is enqueued', async () => {
    await db.enqueue('evt_1', 'evt_1');
    await db.enqueue('evt_1');
    expect(await fetched()).toEqual(['evt_1']);
  });

  it('is handed to one of many that fetch at once, and those that wait for longest come first', async () => {
    await db.enqueue('evt_1', 'evt_2', 'evt_3', 'evt_4', 'evt_5');
    await db.dataSource.query(`UPDATE jobs SET due_at = now() - interval '1 minute' WHERE key = 'evt_5'`);
    expect(await db.queue.fetch(QUEUE, 1)).toEqual([{ key: 'evt_5', tries: 1, arrivals: 1, hold: expect.any(String) }]);
    const all: Job[] = [];
    while (all.length < 4) {
      const jobs = await Promise.all(Array.from({ length: 8 }, () => db.queue.fetch(QUEUE, 1)));
      all.push(...jobs.flat());
    }
    expect(all.map(({ key }) => key).sort()).toEqual(['evt_1', 'evt_2', 'evt_3', 'evt_4']);
  });

  it('that is completed is done', async () => {
    await db.enqueue('evt_1', 'evt_2');
    await Promise.all((await db.queue.fetch(QUEUE, 2)).map((job) => db.queue.complete(QUEUE, job)));
    expect(await db.rows()).toEqual([]);
    expect(await db.depth()).toEqual({ waiting: 0, dead: 0 });
  });

  it('that is enqueued again while it is in work has another turn, at once and with all its tries', async () => {
    await db.enqueue('evt_1', 'evt_2');
    const jobs = await db.queue.fetch(QUEUE, 2);
    await db.enqueue('evt_1');
    expect(await fetched()).toEqual([]);
    let nudges = 0;
    db.queue.onEnqueued(QUEUE, () => (nudges += 1));
    await Promise.all(jobs.map((job) => db.queue.complete(QUEUE, job)));
    expect(nudges).toBe(1);
    const [again] = await db.queue.fetch(QUEUE, 2);
    expect(again).toEqual({ key: 'evt_1', tries: 1, arrivals: 2, hold: expect.any(String) });
    await db.queue.complete(QUEUE, again!);
    expect(await db.rows()).toEqual([]);
  });

  it('is never lost, nor left to its lease, among many that enqueue, fetch and complete at once', async () => {
    const keys = Array.from({ length: 20 }, (_, n) => `evt_${String(n)}`);
    let enqueued = 0;
    const turns = new Map<string, number>();
    const enqueuing = Array.from({ length: 4 }, async (_, n) => {
      for (let round = 0; round < 40; round++) {
        await db.enqueue(keys[(round * 7 + n) % 20]!);
        await db.enqueue(...[keys[(round * 3 + 2 * n) % 20]!, keys[(round + n) % 20]!].sort());
        enqueued += 1;
      }
    });
    let ended = false;
    const working = Array.from({ length: 3 }, async () => {
      while (!ended) {
        const jobs = await db.queue.fetch(QUEUE, 5);
        for (const { key } of jobs) turns.set(key, (turns.get(key) ?? 0) + 1);
        await Promise.all(jobs.map((job) => db.queue.complete(QUEUE, job)));
      }
    });
    await Promise.all(enqueuing);
    await comesTrue(async () => (await db.rows()).length === 0);
    ended = true;
    await Promise.all(working);
    expect(enqueued).toBe(160);
    expect([...turns.keys()].sort()).toEqual([...keys].sort());
  });

  it('is given to another when its worker is silent for too long, and the one that wakes late changes nothing', async () => {
    await db.enqueue('evt_1');
    const [sleeper] = await db.queue.fetch(QUEUE, 1);
    expect(await fetched()).toEqual([]);
    await db.noWaiting();
    const [other] = await db.queue.fetch(QUEUE, 1);
    expect(other).toEqual({ key: 'evt_1', tries: 2, arrivals: 1, hold: expect.any(String) });
    await db.queue.complete(QUEUE, sleeper!);
    await db.queue.fail(QUEUE, sleeper!, 'it slept');
    expect(await db.rows()).toEqual([{ table: 'jobs', key: 'evt_1', tries: 2, later: true }]);
    await db.queue.complete(QUEUE, other!);
    expect(await db.rows()).toEqual([]);
  });

  it('that fails is tried again, later each time, and goes to the dead letters in the end', async () => {
    await db.enqueue('evt_1');
    let paused = 0;
    for (let tries = 1; tries <= 14; tries++) {
      await db.noWaiting();
      const [job] = await db.queue.fetch(QUEUE, 1);
      expect(job).toEqual({ key: 'evt_1', tries, arrivals: 1, hold: expect.any(String) });
      await db.queue.fail(QUEUE, job!, 'Stripe does not answer');
      expect(await db.queue.fetch(QUEUE, 1)).toEqual([]);
      const [row] = await db.dataSource.query<{ pause: number }[]>(
        'SELECT extract(epoch FROM due_at - now())::float8 AS pause FROM jobs',
      );
      if (tries < 14) expect(row!.pause).toBeGreaterThan(2 ** (tries - 1) - 1);
      paused += row?.pause ?? 0;
    }
    expect(paused / 3_600).toBeGreaterThan(2);
    expect(paused / 3_600).toBeLessThan(5);
    expect(await db.rows()).toEqual([{ table: 'dead_jobs', key: 'evt_1', tries: 14, later: false }]);
    expect(await db.depth()).toEqual({ waiting: 0, dead: 1 });
  });

  it('that ends its process each time is given up as well', async () => {
    await db.enqueue('evt_1', 'evt_2');
    await db.dataSource.query(`UPDATE jobs SET tries = 14 WHERE key = 'evt_1'`);
    expect(await fetched()).toEqual(['evt_2']);
    expect(await db.rows()).toMatchObject([
      { table: 'dead_jobs', key: 'evt_1' },
      { table: 'jobs', key: 'evt_2' },
    ]);
  });

  it('is fetched, completed and given up by its key, however many others wait', async () => {
    await db.dataSource.query(
      `INSERT INTO jobs (queue, key) SELECT '${QUEUE}', 'evt_' || n FROM generate_series(1, 20000) n`,
    );
    const plans = await plansOf(async () => {
      const [job, other] = await db.queue.fetch(QUEUE, 2);
      await db.queue.complete(QUEUE, job!);
      await db.queue.fail(QUEUE, other!, 'broken');
    });
    expect(plans).toHaveLength(3);
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan|Sort/);
  });
});
