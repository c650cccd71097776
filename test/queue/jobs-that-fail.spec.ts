import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import { JobLoop } from '../../src/infrastructure/queue/job-loop';
import { comesTrue, JobDatabase, QUEUE } from '../support/job-database';

interface Failure {
  readonly try: number | null;
  readonly failure: string;
  readonly times?: number;
}

let db: JobDatabase;
beforeAll(async () => {
  db = await JobDatabase.create();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

async function failuresOf(key: string): Promise<Failure[]> {
  const [row] = await db.dataSource.query<{ failures: Failure[] }[]>(
    'SELECT failures FROM jobs WHERE key = $1 UNION ALL SELECT failures FROM dead_jobs WHERE key = $1',
    [key],
  );
  return row!.failures;
}

/** Seconds from now. */
async function dueIn(key: string): Promise<number> {
  const [row] = await db.dataSource.query<{ due: number }[]>(
    'SELECT extract(epoch FROM due_at - clock_timestamp())::float8 AS due FROM jobs WHERE key = $1',
    [key],
  );
  return row!.due;
}

async function fetchNow() {
  await db.noWaiting();
  const [job] = await db.queue.fetch(QUEUE, 1);
  return job!;
}

async function bury(key: string): Promise<void> {
  await db.enqueue(key);
  await db.dataSource.query('UPDATE jobs SET tries = 13 WHERE key = $1', [key]);
  await db.queue.fail(QUEUE, await fetchNow(), 'Error: broken for good');
}

describe('A job that fails', () => {
  it('keeps when and why each try failed, and takes it along into the dead letters', async () => {
    await db.enqueue('pi_1');
    for (let tries = 1; tries <= 14; tries++)
      await db.queue.fail(QUEUE, await fetchNow(), `Error: no. ${String(tries)}`);
    expect(await db.rows()).toEqual([{ table: 'dead_jobs', key: 'pi_1', tries: 14, later: false }]);
    const failures = await failuresOf('pi_1');
    expect(failures.map(({ try: no, failure }) => `${String(no)} ${failure}`)).toEqual(
      Array.from({ length: 14 }, (_, n) => `${String(n + 1)} Error: no. ${String(n + 1)}`),
    );
    expect(failures[0]).toHaveProperty('at');
  });

  it('keeps the last twenty failures, and not more', async () => {
    await db.enqueue('pi_1');
    for (let no = 1; no <= 25; no++) {
      await db.dataSource.query('UPDATE jobs SET tries = 0');
      await db.queue.fail(QUEUE, await fetchNow(), `Error: no. ${String(no)}`);
    }
    expect((await failuresOf('pi_1')).map(({ failure }) => failure)).toEqual(
      Array.from({ length: 20 }, (_, n) => `Error: no. ${String(n + 6)}`),
    );
  });

  it('because Stripe is away is never given up, and loses no try', async () => {
    await db.enqueue('pi_1');
    await db.queue.fail(QUEUE, await fetchNow(), 'Error: broken');
    for (let round = 0; round < 40; round++) {
      await db.queue.putOff(QUEUE, await fetchNow(), 'GatewayUnavailable: no answer');
    }
    expect(await db.rows()).toEqual([{ table: 'jobs', key: 'pi_1', tries: 1, later: true }]);
    expect(await failuresOf('pi_1')).toMatchObject([
      { try: 1, failure: 'Error: broken' },
      { try: null, failure: 'GatewayUnavailable: no answer', times: 40 },
    ]);
    expect(await fetchNow()).toMatchObject({ tries: 2 });
  });

  it('because Stripe is away waits longer each time, never longer than the outage, and five minutes at most', async () => {
    await db.enqueue('pi_1');
    let waited = 0;
    for (let round = 1; round <= 80; round++) {
      await db.queue.putOff(QUEUE, await fetchNow(), 'GatewayUnavailable: no answer');
      const pause = await dueIn('pi_1');
      expect(pause).toBeLessThanOrEqual(Math.min(300, waited + 2));
      waited += pause;
    }
    expect(await dueIn('pi_1')).toBeGreaterThan(140);
  });

  it('because Stripe is away waits for as long as it is told to, but hardly longer than five minutes', async () => {
    await db.enqueue('pi_1');
    for (const [told, most] of [
      [20, 25],
      [86_400, 375],
    ] as const) {
      const loop = new JobLoop(db.queue, {
        queue: QUEUE,
        handle: () => Promise.reject(new GatewayUnavailable('not now', { because: 'rate_limited', retryAfter: told })),
        onFailure: () => Promise.resolve(),
        onTrouble: () => undefined,
      });
      await db.noWaiting();
      loop.start();
      await comesTrue(
        async () => (await dueIn('pi_1')) > Math.min(told, 300) - 5 && (await failuresOf('pi_1')).length > 0,
      );
      await loop.stop();
      const [row] = await db.dataSource.query<{ pause: number }[]>(
        "SELECT extract(epoch FROM due_at - (failures->-1->>'until')::timestamptz)::float8 AS pause FROM jobs",
      );
      expect(row!.pause).toBeGreaterThanOrEqual(Math.min(told, 300));
      expect(row!.pause).toBeLessThanOrEqual(most);
    }
  });

  it('tells the outage from what is wrong with the job', async () => {
    await db.enqueue('pi_away', 'pi_poison');
    const loop = new JobLoop(db.queue, {
      queue: QUEUE,
      handle: ({ key }) =>
        Promise.reject(key === 'pi_away' ? new GatewayUnavailable('no answer') : new Error('poisoned by a@b.example')),
      onFailure: () => Promise.resolve(),
      onTrouble: () => undefined,
    });
    loop.start();
    await comesTrue(async () => (await db.rows()).every(({ later }) => later));
    await loop.stop();
    await comesTrue(async () => (await failuresOf('pi_poison')).length === 1);
    expect(await db.rows()).toMatchObject([
      { key: 'pi_away', tries: 0 },
      { key: 'pi_poison', tries: 1 },
    ]);
    expect(await failuresOf('pi_poison')).toMatchObject([{ failure: 'Error: poisoned by [e-mail]' }]);
  });

  it('and was given up is worked on again when it is enqueued again, and keeps its history', async () => {
    await bury('pi_1');
    await db.enqueue('pi_1');
    expect(await db.rows()).toEqual([{ table: 'jobs', key: 'pi_1', tries: 0, later: false }]);
    expect(await failuresOf('pi_1')).toMatchObject([{ failure: 'Error: broken for good' }]);
  });

  it('in its last try, and was enqueued meanwhile, has another turn instead of being given up', async () => {
    await db.enqueue('pi_1');
    await db.dataSource.query('UPDATE jobs SET tries = 13');
    const job = await fetchNow();
    await db.enqueue('pi_1');
    await db.queue.fail(QUEUE, job, 'Error: broken');
    expect(await db.rows()).toEqual([{ table: 'jobs', key: 'pi_1', tries: 0, later: false }]);
  });

  it('is not put off or given up by one who lost it to another', async () => {
    await db.enqueue('pi_1');
    const sleeper = await fetchNow();
    const other = await fetchNow();
    await db.queue.putOff(QUEUE, other, 'GatewayUnavailable: no answer');
    const third = await fetchNow();
    expect(third.tries).toBe(sleeper.tries + 1);
    await db.queue.putOff(QUEUE, third, 'GatewayUnavailable: no answer');
    const fourth = await fetchNow();
    expect(fourth.tries).toBe(third.tries);
    await db.queue.complete(QUEUE, third);
    await db.queue.fail(QUEUE, third, 'it slept');
    await db.queue.putOff(QUEUE, sleeper, 'it slept');
    expect(await failuresOf('pi_1')).toMatchObject([{ failure: 'GatewayUnavailable: no answer', times: 2 }]);
    await db.queue.complete(QUEUE, fourth);
    expect(await db.rows()).toEqual([]);
  });
});

describe('A job for later', () => {
  const enqueue = (key: string, after?: number) => db.queue.enqueue(QUEUE, key, after === undefined ? {} : { after });

  it('is not fetched before its time', async () => {
    await enqueue('saga_1', 60);
    expect(await db.queue.fetch(QUEUE, 1)).toEqual([]);
    expect(await dueIn('saga_1')).toBeGreaterThan(55);
  });

  it('is due sooner when it is enqueued for sooner, and not later when it is enqueued for later', async () => {
    await enqueue('saga_1', 60);
    await enqueue('saga_1', 3_600);
    expect(await dueIn('saga_1')).toBeLessThan(61);
    await enqueue('saga_1');
    expect(await db.queue.fetch(QUEUE, 1)).toMatchObject([{ key: 'saga_1' }]);
  });

  it('that is enqueued by its own work has its next turn at that time, and is in nobody else’s hands before', async () => {
    await enqueue('saga_1');
    const [job] = await db.queue.fetch(QUEUE, 1);
    await enqueue('saga_1', 60);
    expect(await db.queue.fetch(QUEUE, 1)).toEqual([]);
    await db.queue.complete(QUEUE, job!);
    expect(await db.rows()).toEqual([{ table: 'jobs', key: 'saga_1', tries: 0, later: true }]);
    const due = await dueIn('saga_1');
    expect([due > 55, due < 61]).toEqual([true, true]);
  });

  it('of one queue is not handed to another', async () => {
    await db.queue.enqueue('run-saga', 'saga_1');
    expect(await db.queue.fetch(QUEUE, 1)).toEqual([]);
    expect(await db.queue.fetch('run-saga', 1)).toMatchObject([{ key: 'saga_1' }]);
  });
});
