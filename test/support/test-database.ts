import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export const SERVER_URL = 'CASHDESK_TEST_SERVER_URL';
export const TEMPLATE = 'cashdesk_template';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A migrated database of the caller's own. Dropping it ends whatever connections it still has. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return create(`TEMPLATE ${TEMPLATE} STRATEGY file_copy`);
}

export async function createEmptyDatabase(): Promise<TestDatabase> {
  return create('TEMPLATE template0');
}

async function create(from: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} ${from}`);
  return {
    url: urlOf(name),
    drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: urlOf('postgres') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function urlOf(database: string): string {
  const server = process.env[SERVER_URL];
  if (server === undefined) throw new Error(`${SERVER_URL} is not set: jest's globalSetup did not run`);
  return server.replace(/\/postgres(?=\?|$)/, `/${database}`);
}
