import { Client } from 'pg';

/** The rows of the last statement, over a connection of its own. */
export async function query(url: string, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const result = (await client.query<Record<string, unknown>>(sql, values)) as unknown as Rows | Rows[];
    return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
  } finally {
    await client.end();
  }
}

interface Rows {
  readonly rows: Record<string, unknown>[];
}
