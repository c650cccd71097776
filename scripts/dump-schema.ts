import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { createDataSource } from '../src/infrastructure/postgres/data-source';
import { ensureDatabase, startEmbeddedPostgres } from '../src/infrastructure/postgres/embedded/embedded-postgres';
import { dumpSchema } from '../src/infrastructure/postgres/schema-dump';

/** Writes migrations/schema.sql from the migrations; with --check only says whether it is stale. */
async function main(): Promise<void> {
  const file = join(projectFolder(), 'migrations', 'schema.sql');
  const schema = await schemaOfMigrations();
  if (!process.argv.includes('--check')) {
    writeFileSync(file, schema);
    return;
  }
  if (!existsSync(file) || readFileSync(file, 'utf8') !== schema) {
    throw new Error('migrations/schema.sql is stale: run npm run schema');
  }
}

async function schemaOfMigrations(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cashdesk-schema-'));
  try {
    const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), fsync: false });
    try {
      await ensureDatabase(server, 'schema');
      await migrate(server.url('schema'));
      return await dump(server.url('schema'));
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function migrate(url: string): Promise<void> {
  const dataSource = createDataSource({ url });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}

async function dump(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await dumpSchema(client);
  } finally {
    await client.end();
  }
}

/** This file runs from scripts/ and from dist/scripts/. */
function projectFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
