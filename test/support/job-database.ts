import type { DataSource } from 'typeorm';
import { PostgresJobQueue } from '../../src/infrastructure/postgres/postgres-job-queue';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { createTestDatabase, type TestDatabase } from './test-database';

export const QUEUE = 'process-webhook';

interface Row {
  readonly table: string;
  readonly key: string;
  readonly tries: number;
  /** In work, or it waits for its next try. */
  readonly later: boolean;
}

/** A queue in a database of its own. */
export class JobDatabase {
  readonly unitOfWork: PostgresUnitOfWork;
  readonly queue: PostgresJobQueue;

  private constructor(
    private readonly database: TestDatabase,
    readonly dataSource: DataSource,
  ) {
    this.unitOfWork = new PostgresUnitOfWork(dataSource);
    this.queue = new PostgresJobQueue(this.unitOfWork);
  }

  static async create(): Promise<JobDatabase> {
    const database = await createTestDatabase();
    const dataSource = createDataSource({ url: database.url, slowQuery: 60_000 });
    await dataSource.initialize();
    return new JobDatabase(database, dataSource);
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
    await this.database.drop();
  }

  async empty(): Promise<void> {
    await this.dataSource.query('TRUNCATE jobs, dead_jobs');
  }

  enqueue(...events: string[]): Promise<void> {
    return this.unitOfWork.run(async () => {
      for (const event of events) await this.queue.enqueue(QUEUE, event);
    });
  }

  rows(): Promise<Row[]> {
    return this.dataSource.query<Row[]>(
      `SELECT 'jobs' AS table, key, tries, due_at > now() AS later FROM jobs
       UNION ALL SELECT 'dead_jobs', key, tries, false FROM dead_jobs ORDER BY 2`,
    );
  }

  async depth(): Promise<{ readonly waiting: number; readonly dead: number }> {
    const tables = (await this.rows()).map(({ table }) => table);
    const dead = tables.filter((table) => table === 'dead_jobs').length;
    return { waiting: tables.length - dead, dead };
  }

  /** Lets what waits for its next try be tried at once. */
  async noWaiting(): Promise<void> {
    await this.dataSource.query('UPDATE jobs SET due_at = now()');
  }

  async failureOf(key: string): Promise<string | null | undefined> {
    const [row] = await this.dataSource.query<{ failure: string | null }[]>('SELECT failure FROM jobs WHERE key = $1', [
      key,
    ]);
    return row?.failure;
  }
}

export async function comesTrue(holds: () => Promise<boolean> | boolean): Promise<void> {
  const until = Date.now() + 8_000;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
