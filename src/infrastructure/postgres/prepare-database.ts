import type { DataSource } from 'typeorm';

/** One instance migrates, the others wait: an advisory lock of this number, chosen once. */
const MIGRATING = 7_236_451;

/** Brings the schema up to date. @returns the names of the migrations that ran. */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATING]);
    const done = await dataSource.runMigrations();
    return done.map(({ name }) => name);
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATING]).catch(() => undefined);
    await runner.release();
  }
}
