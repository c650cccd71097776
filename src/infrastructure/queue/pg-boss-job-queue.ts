import PgBoss from 'pg-boss';
import { Batches } from '../../application/shared/batches';
import { JobQueue, type JobName, type Jobs } from '../../application/shared/job-queue';

export interface QueueDatabase {
  /** Joins the open transaction, if there is one. */
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  /** At once when no transaction is open; never after a rollback. */
  afterCommit(hook: () => void): void;
}

export interface Job<T> {
  readonly id: string;
  readonly data: T;
  /** How often it was tried before. */
  readonly retries: number;
}

/** Tries before a job goes to the dead letters; with the backoff of pg-boss (2 s, 4 s, 8 s, … jittered) over 4 hours. */
const RETRY = { retryLimit: 13, retryDelay: 2, retryBackoff: true } as const;

const SCHEMA = 'pgboss_v10';
const MOST_COMPLETIONS = 100;

const QUEUES: readonly JobName[] = ['process-webhook'];

function deadLetterOf(queue: JobName): string {
  return `${queue}-dead`;
}

/**
 * pg-boss in a schema of its own. Its `work()` is not used: it does not await `complete` and `fail`, so that a database
 * error there would end the process; `JobLoop` fetches instead.
 */
export class PgBossJobQueue extends JobQueue {
  readonly #boss: PgBoss;
  readonly #completions = new Map<JobName, Batches<string, void>>();
  readonly #nudges = new Map<JobName, () => void>();

  /** @param expireSeconds a job in work for longer is taken for abandoned, as by a process that was killed. */
  constructor(
    private readonly database: QueueDatabase,
    private readonly expireSeconds = 60,
  ) {
    super();
    this.#boss = new PgBoss({
      schema: SCHEMA,
      db: {
        executeSql: (text, values) => database.executeSql(text, values as unknown[]),
      },
      schedule: false,
      maintenanceIntervalSeconds: 5,
      archiveCompletedAfterSeconds: 3_600,
      deleteAfterDays: 14,
    });
  }

  /** Lays its schema and the queues. @param onError trouble of its maintenance, which it will try again. */
  async start(onError: (error: Error) => void): Promise<void> {
    this.#boss.on('error', onError);
    await this.#boss.start();
    for (const queue of QUEUES) {
      await this.ensureQueue(deadLetterOf(queue), {});
      await this.ensureQueue(queue, { ...RETRY, expireInSeconds: this.expireSeconds, deadLetter: deadLetterOf(queue) });
    }
  }

  async stop(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false, wait: false });
  }

  override async enqueue<N extends JobName>(name: N, data: Jobs[N]): Promise<void> {
    await this.#boss.send(name, data);
    this.inserted(name);
  }

  /**
   * An INSERT for a statement that brings the jobs with what they are about: one for each row of a query with a column
   * `data`. It writes what pg-boss 10.4 writes.
   */
  insertion(queue: JobName, rows: string): string {
    return `INSERT INTO ${SCHEMA}.job
      (name, data, dead_letter, expire_in, keep_until, retry_limit, retry_delay, retry_backoff, policy)
    SELECT q.name, r.data, q.dead_letter, q.expire_seconds * interval '1 second',
      now() + coalesce(q.retention_minutes * interval '1 minute', interval '14 days'),
      q.retry_limit, q.retry_delay, q.retry_backoff, q.policy
    FROM (${rows}) r JOIN ${SCHEMA}.queue q ON q.name = '${queue}'`;
  }

  /** There are new jobs, as soon as what is open is committed. */
  inserted(queue: JobName): void {
    this.database.afterCommit(() => this.#nudges.get(queue)?.());
  }

  /** Called after each commit that brought a job of this queue. */
  onEnqueued(queue: JobName, nudge: () => void): void {
    this.#nudges.set(queue, nudge);
  }

  /** @throws what the database said; pg-boss itself would swallow it and answer with no jobs. */
  async fetch<N extends JobName>(queue: N, batchSize: number): Promise<Job<Jobs[N]>[]> {
    let failure: unknown = null;
    const executeSql = async (text: string, values: unknown[]): Promise<{ rows: unknown[] }> => {
      try {
        return await this.database.executeSql(text, values);
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    const jobs = await this.#boss.fetch<Jobs[N]>(queue, { batchSize, includeMetadata: true, db: { executeSql } });
    if (failure !== null) throw failure as Error;
    return jobs.map((job) => ({ id: job.id, data: job.data, retries: job.retryCount }));
  }

  /** Those that end meanwhile are completed together, by the next statement. */
  complete(queue: JobName, id: string): Promise<void> {
    const known = this.#completions.get(queue);
    const completions = known ?? this.completionsOf(queue);
    if (known === undefined) this.#completions.set(queue, completions);
    return completions.add(id);
  }

  async fail(queue: JobName, id: string, reason: string): Promise<void> {
    await this.#boss.fail(queue, id, { reason });
  }

  /** Jobs waiting or in work, and jobs that were given up. */
  async depth(queue: JobName): Promise<{ readonly waiting: number; readonly dead: number }> {
    const [waiting, dead] = await Promise.all([
      this.#boss.getQueueSize(queue, { before: 'completed' }),
      this.#boss.getQueueSize(deadLetterOf(queue), { before: 'completed' }),
    ]);
    return { waiting, dead };
  }

  private completionsOf(queue: JobName): Batches<string, void> {
    return new Batches({
      most: MOST_COMPLETIONS,
      work: async (ids) => {
        await this.#boss.complete(queue, [...ids]);
        return ids.map((): void => undefined);
      },
    });
  }

  private async ensureQueue(name: string, options: Omit<PgBoss.Queue, 'name'>): Promise<void> {
    if ((await this.#boss.getQueue(name)) === null) await this.#boss.createQueue(name, { name, ...options });
    else await this.#boss.updateQueue(name, { name, ...options });
  }
}
