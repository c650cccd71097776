import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';

/** One instance migrates, the others wait: an advisory lock of this number, chosen once. */
const MIGRATING = 7_236_451;

/** How often an instance that waits looks whether it is its turn, in milliseconds. */
const LOOK_EVERY = 100;

/** Brings the schema up to date. @returns the names of the migrations that ran. */
export function migrate(dataSource: DataSource): Promise<string[]> {
  return alone(dataSource, async () => {
    const done = await dataSource.runMigrations();
    return done.map(({ name }) => name);
  });
}

/** While this instance prepares the database, no other does. */
export async function alone<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    await lock(runner);
    return await work();
  } finally {
    // One that was not taken makes a warning of PostgreSQL's, and nothing else.
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATING]).catch(() => undefined);
    await runner.release();
  }
}

/** Asked for again and again: a statement that waits would be ended by its time limit, and old rows may take longer. */
async function lock(runner: QueryRunner): Promise<void> {
  for (;;) {
    const [row] = (await runner.query('SELECT pg_try_advisory_lock($1) AS locked', [MIGRATING])) as {
      locked: boolean;
    }[];
    if (row?.locked === true) return;
    await sleep(LOOK_EVERY);
  }
}
