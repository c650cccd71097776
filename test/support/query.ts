import { AsyncLocalStorage } from 'node:async_hooks';
import { Client } from 'pg';

interface Shared {
  readonly url: string;
  readonly client: Client;
}

const shared = new AsyncLocalStorage<Shared>();

/** The rows of the last statement, over a connection of its own. */
export async function query(url: string, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]> {
  const open = shared.getStore();
  return open?.url === url ? ask(open.client, sql, values) : connected(url, (client) => ask(client, sql, values));
}

/** For many queries of one database, one after the other: all of them over one connection. */
export function overOneConnection<T>(url: string, work: () => Promise<T>): Promise<T> {
  return connected(url, (client) => shared.run({ url, client }, work));
}

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  // A server that dies says so to whoever asks next as well.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function ask(client: Client, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]> {
  const result = (await client.query<Record<string, unknown>>(sql, values)) as unknown as Rows | Rows[];
  return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
}

interface Rows {
  readonly rows: Record<string, unknown>[];
}
