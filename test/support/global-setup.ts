import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import {
  ensureDatabase,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/infrastructure/postgres/embedded/embedded-postgres';
import { compileService } from './compile-service';
import { SERVER_URL, TEMPLATE } from './test-database';
import { keepForTeardown } from './test-server';

const PREFIX = 'cashdesk-test-';

/** One PostgreSQL for the whole run, whatever runs on this machine, and in it the template the specs clone. */
export default async function globalSetup(): Promise<void> {
  removeFoldersOfKilledRuns();
  // The machine's own PostgreSQL is not ours; the workers inherit this environment.
  for (const name of Object.keys(process.env)) if (name.startsWith('PG')) Reflect.deleteProperty(process.env, name);
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${String(process.pid)}-`));
  try {
    const server = await startEmbeddedPostgres({
      dataDir: join(folder, 'postgres'),
      fsync: false,
      // A vacuum of the template would stand in the way of a clone.
      settings: { autovacuum: 'off', max_connections: '300' },
    });
    keepForTeardown({ server, folder });
    await buildTemplate(server);
    process.env[SERVER_URL] = server.url('postgres');
    await compileService();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function buildTemplate(server: EmbeddedPostgres): Promise<void> {
  await ensureDatabase(server, TEMPLATE);
  const dataSource = createDataSource({ url: server.url(TEMPLATE) });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
  const client = new Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    await client.query(`ALTER DATABASE ${TEMPLATE} WITH is_template true allow_connections false`);
  } finally {
    await client.end();
  }
}

function removeFoldersOfKilledRuns(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(/^cashdesk-test-(\d+)-/.exec(name)?.[1] ?? NaN);
    if (Number.isNaN(pid) || isRunning(pid)) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // another account's
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
