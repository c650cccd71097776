import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { PostgresJobQueue, type Job } from '../../src/infrastructure/postgres/postgres-job-queue';
import { JobLoop, type JobLoopOptions } from '../../src/infrastructure/queue/job-loop';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const QUEUE = 'process-webhook';

let database: TestDatabase;
let dataSource: DataSource;
let unitOfWork: PostgresUnitOfWork;
let queue: PostgresJobQueue;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = createDataSource({ url: database.url, slowQuery: 60_000 });
  await dataSource.initialize();
  unitOfWork = new PostgresUnitOfWork(dataSource);
  queue = new PostgresJobQueue(unitOfWork);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});
beforeEach(() => dataSource.query('TRUNCATE jobs, dead_jobs'));

const enqueue = (...events: string[]) =>
  unitOfWork.run(async () => {
    for (const event of events) await queue.enqueue(QUEUE, event);
  });

const fetched = async () => (await queue.fetch(QUEUE, 50)).map(({ key }) => key).sort();

interface Row {
  readonly table: string;
  readonly key: string;
  readonly tries: number;
  /** In work, or it waits for its next try. */
  readonly later: boolean;
}
const rows = (): Promise<Row[]> =>
  dataSource.query<Row[]>(
    `SELECT 'jobs' AS table, key, tries, due_at > now() AS later FROM jobs
     UNION ALL SELECT 'dead_jobs', key, tries, false FROM dead_jobs ORDER BY 2`,
  );

/** Lets what waits for its next try be tried at once. */
const noWaiting = () => dataSource.query('UPDATE jobs SET due_at = now()');

const failureOf = async (key: string): Promise<string | null | undefined> => {
  const [row] = await dataSource.query<{ failure: string | null }[]>('SELECT failure FROM jobs WHERE key = $1', [key]);
  return row?.failure;
};

/** How PostgreSQL carries out each statement of a piece of work, on a connection like the service's. */
async function plansOf(work: () => Promise<void>): Promise<string[]> {
  const plans: string[] = [];
  const explained = jest.spyOn(unitOfWork, 'rows').mockImplementation(async (text: string, values: unknown[]) => {
    const { rows: lines } = await unitOfWork.executeSql(`EXPLAIN ${text}`, values);
    plans.push((lines as Record<string, string>[]).map((line) => line['QUERY PLAN']).join('\n'));
    return (await unitOfWork.executeSql(text, values)).rows;
  });
  await work();
  explained.mockRestore();
  return plans;
}

async function eventually(holds: () => Promise<boolean> | boolean): Promise<void> {
  const until = Date.now() + 8_000;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('A job', () => {
  it('is there after the commit, and not before', async () => {
    await unitOfWork.run(async () => {
      await queue.enqueue(QUEUE, 'evt_1');
      const seen = await dataSource.query<unknown[]>('SELECT 1 FROM jobs');
      expect(seen).toEqual([]);
    });
    expect(await fetched()).toEqual(['evt_1']);
  });

  it('is never there after a rollback, and nobody is nudged for it', async () => {
    const nudges: string[] = [];
    queue.onEnqueued(QUEUE, () => nudges.push('nudged'));
    const work = unitOfWork.run(async () => {
      await queue.enqueue(QUEUE, 'evt_1');
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await rows()).toEqual([]);
    expect(nudges).toEqual([]);
    await enqueue('evt_2');
    expect(nudges).toEqual(['nudged']);
  });

  it('is there once for each key, however often it is enqueued', async () => {
    await enqueue('evt_1', 'evt_1');
    await enqueue('evt_1');
    expect(await fetched()).toEqual(['evt_1']);
  });

  it('is handed to one of many that fetch at once, and those that wait for longest come first', async () => {
    await enqueue('evt_1', 'evt_2', 'evt_3', 'evt_4', 'evt_5');
    await dataSource.query(`UPDATE jobs SET due_at = now() - interval '1 minute' WHERE key = 'evt_5'`);
    expect(await queue.fetch(QUEUE, 1)).toEqual([{ key: 'evt_5', tries: 1, arrivals: 1 }]);
    const all: Job[] = [];
    while (all.length < 4) {
      const jobs = await Promise.all(Array.from({ length: 8 }, () => queue.fetch(QUEUE, 1)));
      all.push(...jobs.flat());
    }
    expect(all.map(({ key }) => key).sort()).toEqual(['evt_1', 'evt_2', 'evt_3', 'evt_4']);
  });

  it('that is completed is done', async () => {
    await enqueue('evt_1', 'evt_2');
    await Promise.all((await queue.fetch(QUEUE, 2)).map((job) => queue.complete(QUEUE, job)));
    expect(await rows()).toEqual([]);
    expect(await queue.depth(QUEUE)).toEqual({ waiting: 0, dead: 0 });
  });

  it('that is enqueued again while it is in work has another turn, at once and with all its tries', async () => {
    await enqueue('evt_1', 'evt_2');
    const jobs = await queue.fetch(QUEUE, 2);
    await enqueue('evt_1');
    expect(await fetched()).toEqual([]);
    let nudges = 0;
    queue.onEnqueued(QUEUE, () => (nudges += 1));
    await Promise.all(jobs.map((job) => queue.complete(QUEUE, job)));
    expect(nudges).toBe(1);
    const [again] = await queue.fetch(QUEUE, 2);
    expect(again).toEqual({ key: 'evt_1', tries: 1, arrivals: 2 });
    await queue.complete(QUEUE, again!);
    expect(await rows()).toEqual([]);
  });

  it('is never lost, nor left to its lease, among many that enqueue, fetch and complete at once', async () => {
    const keys = Array.from({ length: 20 }, (_, n) => `evt_${String(n)}`);
    let enqueued = 0;
    const turns = new Map<string, number>();
    const enqueuing = Array.from({ length: 4 }, async (_, n) => {
      for (let round = 0; round < 40; round++) {
        await enqueue(keys[(round * 7 + n) % 20]!);
        await enqueue(...[keys[(round * 3 + 2 * n) % 20]!, keys[(round + n) % 20]!].sort());
        enqueued += 1;
      }
    });
    let ended = false;
    const working = Array.from({ length: 3 }, async () => {
      while (!ended) {
        const jobs = await queue.fetch(QUEUE, 5);
        for (const { key } of jobs) turns.set(key, (turns.get(key) ?? 0) + 1);
        await Promise.all(jobs.map((job) => queue.complete(QUEUE, job)));
      }
    });
    await Promise.all(enqueuing);
    await eventually(async () => (await rows()).length === 0);
    ended = true;
    await Promise.all(working);
    expect(enqueued).toBe(160);
    expect([...turns.keys()].sort()).toEqual([...keys].sort());
  });

  it('is given to another when its worker is silent for too long, and the one that wakes late changes nothing', async () => {
    await enqueue('evt_1');
    const [sleeper] = await queue.fetch(QUEUE, 1);
    expect(await fetched()).toEqual([]);
    await noWaiting();
    const [other] = await queue.fetch(QUEUE, 1);
    expect(other).toEqual({ key: 'evt_1', tries: 2, arrivals: 1 });
    await queue.complete(QUEUE, sleeper!);
    await queue.fail(QUEUE, sleeper!, 'it slept');
    expect(await rows()).toEqual([{ table: 'jobs', key: 'evt_1', tries: 2, later: true }]);
    await queue.complete(QUEUE, other!);
    expect(await rows()).toEqual([]);
  });

  it('that fails is tried again, later each time, and goes to the dead letters in the end', async () => {
    await enqueue('evt_1');
    let paused = 0;
    for (let tries = 1; tries <= 14; tries++) {
      await noWaiting();
      const [job] = await queue.fetch(QUEUE, 1);
      expect(job).toEqual({ key: 'evt_1', tries, arrivals: 1 });
      await queue.fail(QUEUE, job!, 'Stripe does not answer');
      expect(await queue.fetch(QUEUE, 1)).toEqual([]);
      const [row] = await dataSource.query<{ pause: number }[]>(
        'SELECT extract(epoch FROM due_at - now())::float8 AS pause FROM jobs',
      );
      if (tries < 14) expect(row!.pause).toBeGreaterThan(2 ** (tries - 1) - 1);
      paused += row?.pause ?? 0;
    }
    expect(paused / 3_600).toBeGreaterThan(2);
    expect(paused / 3_600).toBeLessThan(5);
    expect(await rows()).toEqual([{ table: 'dead_jobs', key: 'evt_1', tries: 14, later: false }]);
    expect(await queue.depth(QUEUE)).toEqual({ waiting: 0, dead: 1 });
  });

  it('that ends its process each time is given up as well', async () => {
    await enqueue('evt_1', 'evt_2');
    await dataSource.query(`UPDATE jobs SET tries = 14 WHERE key = 'evt_1'`);
    expect(await fetched()).toEqual(['evt_2']);
    expect(await rows()).toMatchObject([
      { table: 'dead_jobs', key: 'evt_1' },
      { table: 'jobs', key: 'evt_2' },
    ]);
  });

  it('is fetched, completed and given up by its key, however many others wait', async () => {
    await dataSource.query(
      `INSERT INTO jobs (queue, key) SELECT '${QUEUE}', 'evt_' || n FROM generate_series(1, 20000) n`,
    );
    const plans = await plansOf(async () => {
      const [job, other] = await queue.fetch(QUEUE, 2);
      await queue.complete(QUEUE, job!);
      await queue.fail(QUEUE, other!, 'broken');
    });
    expect(plans).toHaveLength(3);
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan|Sort/);
  });
});

describe('The loop over the jobs', () => {
  let loop: JobLoop;
  let handled: string[];
  let failures: string[];
  let troubles: string[];

  function start(options: Partial<JobLoopOptions> = {}, over: PostgresJobQueue = queue): void {
    [handled, failures, troubles] = [[], [], []];
    loop = new JobLoop(over, {
      queue: QUEUE,
      handle: async ({ key }) => void handled.push(key),
      onFailure: async ({ key }) => void failures.push(key),
      onTrouble: (error) => troubles.push((error as Error).message),
      pollEvery: 50,
      ...options,
    });
    loop.start();
  }
  afterEach(() => loop.stop());

  it('does each job once', async () => {
    start({ pollEvery: 60_000 });
    await Promise.all(Array.from({ length: 30 }, (_, n) => enqueue(`evt_${String(n)}`)));
    await eventually(async () => (await queue.depth(QUEUE)).waiting === 0);
    expect(handled).toHaveLength(30);
    expect(new Set(handled).size).toBe(30);
    expect([failures, troubles]).toEqual([[], []]);
  });

  it('finds what another instance enqueued, without a nudge', async () => {
    start();
    await dataSource.query(`INSERT INTO jobs (queue, key) VALUES ($1, 'evt_1')`, [QUEUE]);
    await eventually(() => handled.length === 1);
  });

  it('fails a poisoned job among good ones, and only that', async () => {
    start({
      handle: async ({ key }) => {
        if (key === 'poison') throw new Error('it breaks every time');
        handled.push(key);
      },
    });
    await enqueue('evt_1', 'poison', 'evt_2');
    await eventually(() => handled.length === 2 && failures.length === 1);
    await eventually(async () => (await rows()).length === 1);
    await eventually(async () => (await failureOf('poison')) === 'Error: it breaks every time');
    expect(await rows()).toEqual([{ table: 'jobs', key: 'poison', tries: 1, later: true }]);
    await noWaiting();
    await eventually(() => failures.length === 2);
    expect(handled.sort()).toEqual(['evt_1', 'evt_2']);
  });

  it('fails the job even when its failure cannot be noted, and says so', async () => {
    start({
      handle: () => Promise.reject(new Error('broken')),
      onFailure: () => Promise.reject(new Error('the inbox is away')),
    });
    await enqueue('evt_1');
    await eventually(async () => (await failureOf('evt_1')) === 'Error: broken');
    expect(troubles).toEqual(['the inbox is away']);
  });

  it('reports that the database is away, and goes on when it is back', async () => {
    let away = true;
    const flaky = new PostgresJobQueue({
      rows: (text, values) =>
        away ? Promise.reject(new Error('the database is away')) : unitOfWork.rows(text, values),
      afterCommit: (hook) => unitOfWork.afterCommit(hook),
    });
    await enqueue('evt_1');
    start({}, flaky);
    await eventually(() => troubles.length >= 2);
    expect(handled).toEqual([]);
    away = false;
    await eventually(() => handled.length === 1);
    expect(troubles).toContain('the database is away');
  });

  it('reports a job that could not be completed, while others are', async () => {
    const flaky = new PostgresJobQueue({
      rows: (text, values) =>
        text.includes('DELETE') && JSON.stringify(values).includes('evt_1')
          ? Promise.reject(new Error('the database is away'))
          : unitOfWork.rows(text, values),
      afterCommit: (hook) => unitOfWork.afterCommit(hook),
    });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await enqueue('evt_1', 'evt_2');
    start({ handle: ({ key }) => (key === 'evt_2' ? held : Promise.resolve()) }, flaky);
    await eventually(() => troubles.length === 1);
    release();
    await eventually(async () => (await rows()).length === 1);
    expect(await rows()).toEqual([{ table: 'jobs', key: 'evt_1', tries: 1, later: true }]);
  });

  it('lets the jobs in work finish when it is stopped, and begins no other', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let ended = false;
    start({
      atOnce: 1,
      handle: async ({ key }) => {
        handled.push(key);
        await held;
        ended = true;
      },
    });
    await enqueue('evt_1', 'evt_2');
    await eventually(() => handled.length === 1);
    const stopped = loop.stop().then(() => expect(ended).toBe(true));
    release();
    await stopped;
    expect(await rows()).toEqual([{ table: 'jobs', key: 'evt_2', tries: 0, later: false }]);
  });

  it('begins others while a slow one is still in work, and never more than so many at once', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let [inWork, most] = [0, 0];
    start({
      atOnce: 4,
      pollEvery: 60_000,
      handle: async ({ key }) => {
        inWork += 1;
        most = Math.max(most, inWork);
        if (key === 'evt_00') await held;
        else await new Promise((resolve) => setImmediate(resolve));
        inWork -= 1;
        handled.push(key);
      },
    });
    await enqueue(...Array.from({ length: 40 }, (_, n) => `evt_${String(n).padStart(2, '0')}`));
    await eventually(() => handled.length === 39);
    expect(handled).not.toContain('evt_00');
    release();
    await eventually(() => handled.length === 40);
    expect(most).toBe(4);
  });

  it('takes what comes close together together, and what comes alone at once', async () => {
    const fetches: number[] = [];
    const watched = new PostgresJobQueue(unitOfWork);
    const fetch = watched.fetch.bind(watched);
    watched.fetch = async (name, most) => {
      const jobs = await fetch(name, most);
      if (jobs.length > 0) fetches.push(jobs.length);
      return jobs;
    };
    start({ gatherFor: 300, pollEvery: 60_000 }, watched);
    await new Promise((resolve) => setTimeout(resolve, 350));
    const come = async (event: string) => {
      await unitOfWork.run(() => watched.enqueue(QUEUE, event));
    };
    await come('evt_0');
    await eventually(() => fetches.length === 1);
    for (let n = 1; n <= 8; n++) await come(`evt_${String(n)}`);
    await eventually(() => handled.length === 9);
    expect(fetches[0]).toBe(1);
    expect(fetches.length).toBeLessThanOrEqual(4);
  });

  it('fetches nothing while it has to give way', async () => {
    let goOn: () => void = () => undefined;
    const press = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    start({ giveWay: () => press });
    await enqueue('evt_1');
    expect(await rows()).toEqual([{ table: 'jobs', key: 'evt_1', tries: 0, later: false }]);
    goOn();
    await eventually(() => handled.length === 1);
  });
});
