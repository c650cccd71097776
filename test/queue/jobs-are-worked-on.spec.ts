import { PostgresJobQueue } from '../../src/infrastructure/postgres/postgres-job-queue';
import { JobLoop, type JobLoopOptions } from '../../src/infrastructure/queue/job-loop';
import { comesTrue, JobDatabase, QUEUE } from '../support/job-database';

let db: JobDatabase;
beforeAll(async () => {
  db = await JobDatabase.create();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

describe('The loop over the jobs', () => {
  let loop: JobLoop;
  let handled: string[];
  let failures: string[];
  let troubles: string[];

  function start(options: Partial<JobLoopOptions> = {}, over: PostgresJobQueue = db.queue): void {
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
    await Promise.all(Array.from({ length: 30 }, (_, n) => db.enqueue(`evt_${String(n)}`)));
    await comesTrue(async () => (await db.depth()).waiting === 0);
    expect(handled).toHaveLength(30);
    expect(new Set(handled).size).toBe(30);
    expect([failures, troubles]).toEqual([[], []]);
  });

  it('finds what another instance enqueued, without a nudge', async () => {
    start();
    await db.dataSource.query(`INSERT INTO jobs (queue, key) VALUES ($1, 'evt_1')`, [QUEUE]);
    await comesTrue(() => handled.length === 1);
  });

  it('fails a poisoned job among good ones, and only that', async () => {
    start({
      handle: async ({ key }) => {
        if (key === 'poison') throw new Error('it breaks every time');
        handled.push(key);
      },
    });
    await db.enqueue('evt_1', 'poison', 'evt_2');
    await comesTrue(() => handled.length === 2 && failures.length === 1);
    await comesTrue(async () => (await db.rows()).length === 1);
    await comesTrue(async () => (await db.failureOf('poison')) === 'Error: it breaks every time');
    expect(await db.rows()).toEqual([{ table: 'jobs', key: 'poison', tries: 1, later: true }]);
    await db.noWaiting();
    await comesTrue(() => failures.length === 2);
    expect(handled.sort()).toEqual(['evt_1', 'evt_2']);
  });

  it('fails the job even when its failure cannot be noted, and says so', async () => {
    start({
      handle: () => Promise.reject(new Error('broken')),
      onFailure: () => Promise.reject(new Error('the inbox is away')),
    });
    await db.enqueue('evt_1');
    await comesTrue(async () => (await db.failureOf('evt_1')) === 'Error: broken');
    expect(troubles).toEqual(['the inbox is away']);
  });

  it('reports that the database is away, and goes on when it is back', async () => {
    let away = true;
    const flaky = new PostgresJobQueue({
      rows: (text, values) =>
        away ? Promise.reject(new Error('the database is away')) : db.unitOfWork.rows(text, values),
      afterCommit: (hook) => db.unitOfWork.afterCommit(hook),
    });
    await db.enqueue('evt_1');
    start({}, flaky);
    await comesTrue(() => troubles.length >= 2);
    expect(handled).toEqual([]);
    away = false;
    await comesTrue(() => handled.length === 1);
    expect(troubles).toContain('the database is away');
  });

  it('reports a job that could not be completed, while others are', async () => {
    const flaky = new PostgresJobQueue({
      rows: (text, values) =>
        text.includes('DELETE') && JSON.stringify(values).includes('evt_1')
          ? Promise.reject(new Error('the database is away'))
          : db.unitOfWork.rows(text, values),
      afterCommit: (hook) => db.unitOfWork.afterCommit(hook),
    });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await db.enqueue('evt_1', 'evt_2');
    start({ handle: ({ key }) => (key === 'evt_2' ? held : Promise.resolve()) }, flaky);
    await comesTrue(() => troubles.length === 1);
    release();
    await comesTrue(async () => (await db.rows()).length === 1);
    expect(await db.rows()).toEqual([{ table: 'jobs', key: 'evt_1', tries: 1, later: true }]);
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
    await db.enqueue('evt_1', 'evt_2');
    await comesTrue(() => handled.length === 1);
    const stopped = loop.stop().then(() => expect(ended).toBe(true));
    release();
    await stopped;
    expect(await db.rows()).toEqual([{ table: 'jobs', key: 'evt_2', tries: 0, later: false }]);
  });

  it('gives back what does not finish in time: another has it at once, and the end that comes late changes nothing', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    start({ handle: () => held });
    await db.enqueue('evt_1');
    await comesTrue(async () => (await db.rows()).some(({ later }) => later));
    await loop.stop(50);
    expect(await db.rows()).toEqual([{ table: 'jobs', key: 'evt_1', tries: 0, later: false }]);
    const [taken] = await db.queue.fetch(QUEUE, 1);
    release();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await db.rows()).toEqual([{ table: 'jobs', key: 'evt_1', tries: 1, later: true }]);
    await db.queue.complete(QUEUE, taken!);
    expect(await db.rows()).toEqual([]);
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
    await db.enqueue(...Array.from({ length: 40 }, (_, n) => `evt_${String(n).padStart(2, '0')}`));
    await comesTrue(() => handled.length === 39);
    expect(handled).not.toContain('evt_00');
    release();
    await comesTrue(() => handled.length === 40);
    expect(most).toBe(4);
  });

  it('takes what comes close together together, and what comes alone at once', async () => {
    const fetches: number[] = [];
    const watched = new PostgresJobQueue(db.unitOfWork);
    const fetch = watched.fetch.bind(watched);
    watched.fetch = async (name, most) => {
      const jobs = await fetch(name, most);
      if (jobs.length > 0) fetches.push(jobs.length);
      return jobs;
    };
    start({ gatherFor: 300, pollEvery: 60_000 }, watched);
    await new Promise((resolve) => setTimeout(resolve, 350));
    const come = async (event: string) => {
      await db.unitOfWork.run(() => watched.enqueue(QUEUE, event));
    };
    await come('evt_0');
    await comesTrue(() => fetches.length === 1);
    for (let n = 1; n <= 8; n++) await come(`evt_${String(n)}`);
    await comesTrue(() => handled.length === 9);
    expect(fetches[0]).toBe(1);
    expect(fetches.length).toBeLessThanOrEqual(4);
  });

  it('fetches nothing while it has to give way', async () => {
    let goOn: () => void = () => undefined;
    const press = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    start({ giveWay: () => press });
    await db.enqueue('evt_1');
    expect(await db.rows()).toEqual([{ table: 'jobs', key: 'evt_1', tries: 0, later: false }]);
    goOn();
    await comesTrue(() => handled.length === 1);
  });
});
