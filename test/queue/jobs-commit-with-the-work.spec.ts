import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { JobLoop, type JobLoopOptions } from '../../src/infrastructure/queue/job-loop';
import { PgBossJobQueue } from '../../src/infrastructure/queue/pg-boss-job-queue';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const QUEUE = 'process-webhook';

let database: TestDatabase;
let dataSource: DataSource;
let unitOfWork: PostgresUnitOfWork;
let queue: PgBossJobQueue;
const maintenanceTrouble: Error[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = createDataSource({ url: database.url, slowQuery: 60_000 });
  await dataSource.initialize();
  unitOfWork = new PostgresUnitOfWork(dataSource);
  queue = new PgBossJobQueue(unitOfWork);
  await queue.start((error) => maintenanceTrouble.push(error));
});
afterAll(async () => {
  await queue.stop();
  await dataSource.destroy();
  await database.drop();
});
beforeEach(() => dataSource.query('DELETE FROM pgboss_v10.job'));
afterEach(() => {
  expect(maintenanceTrouble).toEqual([]);
});

const enqueue = (...events: string[]) =>
  unitOfWork.run(async () => {
    for (const event of events) await queue.enqueue(QUEUE, { event });
  });

const fetched = async () => (await queue.fetch(QUEUE, 50)).map(({ data }) => data.event).sort();

interface Row {
  readonly name: string;
  readonly event: string;
  readonly state: string;
  readonly retries: number;
}
const rows = (): Promise<Row[]> =>
  dataSource.query<Row[]>(
    `SELECT name, data->>'event' AS event, state::text, retry_count AS retries FROM pgboss_v10.job ORDER BY 2, 1`,
  );

/** Lets what waits for its next try be tried at once. */
const noWaiting = () => dataSource.query('UPDATE pgboss_v10.job SET start_after = now()');

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
      await queue.enqueue(QUEUE, { event: 'evt_1' });
      const seen = await dataSource.query<unknown[]>('SELECT 1 FROM pgboss_v10.job');
      expect(seen).toEqual([]);
    });
    expect(await fetched()).toEqual(['evt_1']);
  });

  it('is never there after a rollback, and nobody is nudged for it', async () => {
    const nudges: string[] = [];
    queue.onEnqueued(QUEUE, () => nudges.push('nudged'));
    const work = unitOfWork.run(async () => {
      await queue.enqueue(QUEUE, { event: 'evt_1' });
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await rows()).toEqual([]);
    expect(nudges).toEqual([]);
    await enqueue('evt_2');
    expect(nudges).toEqual(['nudged']);
  });

  it('is handed to one of many that fetch at once', async () => {
    await enqueue('evt_1', 'evt_2', 'evt_3', 'evt_4');
    const all = await Promise.all(Array.from({ length: 8 }, () => queue.fetch(QUEUE, 1)));
    expect(
      all
        .flat()
        .map(({ data }) => data.event)
        .sort(),
    ).toEqual(['evt_1', 'evt_2', 'evt_3', 'evt_4']);
  });

  it('that is completed is done', async () => {
    await enqueue('evt_1');
    const [job] = await queue.fetch(QUEUE, 1);
    await queue.complete(QUEUE, job!.id);
    expect(await rows()).toMatchObject([{ state: 'completed' }]);
    expect(await queue.depth(QUEUE)).toEqual({ waiting: 0, dead: 0 });
  });

  it('that fails is tried again, later each time, and goes to the dead letters in the end', async () => {
    await enqueue('evt_1');
    for (let n = 0; n <= 13; n++) {
      await noWaiting();
      const [job] = await queue.fetch(QUEUE, 1);
      expect([n, job?.retries]).toEqual([n, n]);
      await queue.fail(QUEUE, job!.id, 'Stripe does not answer');
      if (n === 3) expect(await queue.fetch(QUEUE, 1)).toEqual([]);
    }
    expect(await rows()).toMatchObject([
      { name: QUEUE, state: 'failed' },
      { name: `${QUEUE}-dead`, event: 'evt_1', state: 'created' },
    ]);
    expect(await queue.depth(QUEUE)).toEqual({ waiting: 0, dead: 1 });
  });

  it('that cannot be fetched says so', async () => {
    const broken = new PgBossJobQueue({
      executeSql: () => Promise.reject(new Error('the database is away')),
      afterCommit: () => undefined,
    });
    await expect(broken.fetch(QUEUE, 1)).rejects.toThrow('the database is away');
  });

  it('survives that the service starts again', async () => {
    await enqueue('evt_1');
    const again = new PgBossJobQueue(unitOfWork);
    await again.start((error) => maintenanceTrouble.push(error));
    expect(await again.depth(QUEUE)).toEqual({ waiting: 1, dead: 0 });
    await again.stop();
  });
});

describe('The loop over the jobs', () => {
  let loop: JobLoop<typeof QUEUE>;
  let handled: string[];
  let failures: string[];
  let troubles: string[];

  function start(options: Partial<JobLoopOptions<typeof QUEUE>> = {}, over: PgBossJobQueue = queue): void {
    [handled, failures, troubles] = [[], [], []];
    loop = new JobLoop(over, {
      queue: QUEUE,
      handle: async ({ data }) => void handled.push(data.event),
      onFailure: async ({ data }) => void failures.push(data.event),
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
    await dataSource.query(`INSERT INTO pgboss_v10.job (name, data) VALUES ($1, '{"event":"evt_1"}')`, [QUEUE]);
    await eventually(() => handled.length === 1);
  });

  it('fails a poisoned job among good ones, and only that', async () => {
    start({
      handle: async ({ data }) => {
        if (data.event === 'poison') throw new Error('it breaks every time');
        handled.push(data.event);
      },
    });
    await enqueue('evt_1', 'poison', 'evt_2');
    await eventually(() => handled.length === 2 && failures.length === 1);
    await eventually(async () => (await rows()).every(({ state }) => state !== 'active'));
    expect(await rows()).toMatchObject([
      { event: 'evt_1', state: 'completed' },
      { event: 'evt_2', state: 'completed' },
      { event: 'poison', state: 'retry', retries: 0 },
    ]);
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
    await eventually(async () => (await rows()).some(({ state }) => state === 'retry'));
    expect(troubles).toEqual(['the inbox is away']);
  });

  it('reports that the database is away, and goes on when it is back', async () => {
    let away = true;
    const flaky = new PgBossJobQueue({
      executeSql: (text, values) =>
        away ? Promise.reject(new Error('the database is away')) : unitOfWork.executeSql(text, values),
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

  it('reports a job that could not be completed, while the others of its batch are', async () => {
    const flaky = new PgBossJobQueue({
      executeSql: (text, values) =>
        JSON.stringify(values ?? []).includes(unlucky)
          ? Promise.reject(new Error('the database is away'))
          : unitOfWork.executeSql(text, values),
      afterCommit: (hook) => unitOfWork.afterCommit(hook),
    });
    let unlucky = 'nobody yet';
    await enqueue('evt_1', 'evt_2');
    start(
      {
        handle: async ({ id, data }) => {
          if (data.event === 'evt_1') unlucky = id;
          handled.push(data.event);
        },
      },
      flaky,
    );
    await eventually(() => troubles.length === 1);
    await eventually(async () => (await rows()).some(({ state }) => state === 'completed'));
    expect(await rows()).toMatchObject([
      { event: 'evt_1', state: 'active' },
      { event: 'evt_2', state: 'completed' },
    ]);
  });

  it('lets the jobs in work finish when it is stopped, and begins no other', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let ended = false;
    start({
      atOnce: 1,
      handle: async ({ data }) => {
        handled.push(data.event);
        await held;
        ended = true;
      },
    });
    await enqueue('evt_1', 'evt_2');
    await eventually(() => handled.length === 1);
    const stopped = loop.stop().then(() => expect(ended).toBe(true));
    release();
    await stopped;
    expect((await rows()).map(({ state }) => state).sort()).toEqual(['completed', 'created']);
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
      handle: async ({ data }) => {
        inWork += 1;
        most = Math.max(most, inWork);
        if (data.event === 'evt_00') await held;
        else await new Promise((resolve) => setImmediate(resolve));
        inWork -= 1;
        handled.push(data.event);
      },
    });
    await enqueue(...Array.from({ length: 40 }, (_, n) => `evt_${String(n).padStart(2, '0')}`));
    await eventually(() => handled.length === 39);
    expect(handled).not.toContain('evt_00');
    release();
    await eventually(() => handled.length === 40);
    expect(most).toBe(4);
  });

  it('fetches nothing while it has to give way', async () => {
    let goOn: () => void = () => undefined;
    const press = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    start({ giveWay: () => press });
    await enqueue('evt_1');
    expect(await rows()).toMatchObject([{ state: 'created' }]);
    goOn();
    await eventually(() => handled.length === 1);
  });
});
