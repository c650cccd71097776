import { Client, type QueryResult } from 'pg';
import type { Boundaries } from './boundaries';

type Callback = (error: Error | null | undefined, result: QueryResult | QueryResult[]) => void;
type Query = (this: Client, ...given: unknown[]) => unknown;

const BEGIN = /^\s*(START TRANSACTION|BEGIN)\b/i;
const COMMIT = /^\s*(COMMIT|END)\b/i;
const ROLLBACK = /^\s*ROLLBACK\b(?!\s+TO)/i;
/** Not the UPDATE of a lock, nor that of a conflict, which belongs to its INSERT. */
const WRITES =
  /(?<!FOR\s+(?:NO\s+KEY\s+)?)(?<!DO\s+)\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO)\s+"?([a-z_]+)"?/gi;
const SIGNS: Readonly<Record<string, string>> = { I: '+', U: '~', D: '-', M: '~' };

/**
 * Makes each commit a boundary: COMMIT of a transaction that changed something, and each statement that changes something
 * by itself. Patched is the driver, under everything that talks to the database.
 */
export function watchDatabase(boundaries: Boundaries): void {
  /** What the open transaction of a connection has changed so far. */
  const open = new WeakMap<Client, Set<string>>();

  const observe = (client: Client, text: string): ((result: QueryResult | QueryResult[]) => void) | null => {
    const changes = open.get(client);
    if (BEGIN.test(text)) return () => void open.set(client, new Set());
    if (ROLLBACK.test(text)) return () => void open.delete(client);
    if (COMMIT.test(text)) {
      open.delete(client);
      return changes === undefined || changes.size === 0
        ? null
        : atOnce(boundaries, `commit ${[...changes].join(' ')}`);
    }
    const writes = writesOf(text);
    if (writes.length === 0) return null;
    if (changes !== undefined) {
      return (result) => {
        if (isEffective(result)) for (const write of writes) changes.add(write);
      };
    }
    const what = `commit ${writes.join(' ')}`;
    boundaries.before(what);
    return (result) => {
      if (isEffective(result)) boundaries.after(what);
    };
  };

  const prototype = Client.prototype as unknown as { query: Query };
  const send = prototype.query;
  prototype.query = function (...given) {
    const done = observe(this, textOf(given[0]));
    if (done === null) return send.apply(this, given);
    const callback = given.at(-1);
    if (typeof callback === 'function') {
      const told: Callback = (error, result) => {
        if (error === null || error === undefined) done(result);
        (callback as Callback)(error, result);
      };
      return send.apply(this, [...given.slice(0, -1), told]);
    }
    return (send.apply(this, given) as Promise<QueryResult>).then((result) => {
      done(result);
      return result;
    });
  };
}

function atOnce(boundaries: Boundaries, what: string): () => void {
  boundaries.before(what);
  return () => {
    boundaries.after(what);
  };
}

function textOf(config: unknown): string {
  if (typeof config === 'string') return config;
  const { text } = config as { readonly text?: unknown };
  return typeof text === 'string' ? text : '';
}

function writesOf(text: string): string[] {
  const writes = [...text.matchAll(WRITES)].map(
    ([, verb = '', table = '']) => `${SIGNS[verb.charAt(0).toUpperCase()] ?? ''}${table}`,
  );
  return [...new Set(writes)];
}

/** A statement that found nothing to do changed nothing; those with several parts say so by the rows that they give. */
function isEffective(result: QueryResult | QueryResult[]): boolean {
  return [result].flat().some(({ rowCount }) => (rowCount ?? 0) > 0);
}
