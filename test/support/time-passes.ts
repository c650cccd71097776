import { overOneConnection, query } from './query';

/** The times until which something is left alone, or at which it is looked at again, by their names in the schema. */
const WAITS = `
SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
  AND column_name ~ '(^|_)due_at$|^next_.*_at$|^leased_until$'`;

/** As long as any lease of a process that is no more. */
const LONGEST = '130 seconds';

/** For all that waits for a moment in the database, as if that long had passed. */
export function letTimePass(databaseUrl: string): Promise<void> {
  return overOneConnection(databaseUrl, () => shift(databaseUrl));
}

async function shift(databaseUrl: string): Promise<void> {
  for (const { table, column } of await query(databaseUrl, WAITS)) {
    const [name, moment] = [String(table), String(column)];
    await query(
      databaseUrl,
      `UPDATE ${name} SET ${moment} = ${moment} - interval '${LONGEST}' WHERE ${moment} > now()`,
    );
  }
}
