import { ControlError, type SavedRow } from './control-route';
import { TABLE_NAMES } from '../core/records';

/** The rows of a state as `GET /_simulator/state?full` answers it. */
export function savedRows(tables: unknown): SavedRow[] {
  if (!isHash(tables)) throw new ControlError("'tables' is an object of tables, as GET /_simulator/state?full has it.");
  return Object.entries(tables).flatMap(([table, rows]) => {
    if (!(TABLE_NAMES as readonly string[]).includes(table)) {
      throw new ControlError(`'${table}' is no table: the tables are ${TABLE_NAMES.join(', ')}.`);
    }
    if (!Array.isArray(rows)) throw new ControlError(`'tables.${table}' is a list of rows.`);
    return rowsOf(table, rows);
  });
}

function rowsOf(table: string, rows: readonly unknown[]): SavedRow[] {
  const seen = new Set<string>();
  return rows.map((row, position) => {
    const name = `tables.${table}[${String(position)}]`;
    if (!isHash(row) || typeof row.id !== 'string' || row.id === '') {
      throw new ControlError(`'${name}' is an object with a text 'id'.`);
    }
    if (seen.has(row.id)) throw new ControlError(`'${name}' has the id of an earlier row: '${row.id}'.`);
    seen.add(row.id);
    checkNeeded(table, row, name);
    return { table, id: row.id, row: { ...row, id: row.id } };
  });
}

function checkNeeded(table: string, row: Readonly<Record<string, unknown>>, name: string): void {
  for (const [member, { is, accepts }] of Object.entries(NEEDED[table] ?? {})) {
    if (!accepts(row[member])) throw new ControlError(`'${name}' needs ${is} as '${member}'.`);
  }
  if (row.id === 'clock' && table === 'meta' && !Number.isFinite(Number(row.value))) {
    throw new ControlError(`'${name}' needs a number of milliseconds in 'value'.`);
  }
}

interface Needed {
  is: string;
  accepts: (value: unknown) => boolean;
}

const text: Needed = { is: 'a text', accepts: (value) => typeof value === 'string' };
const count: Needed = { is: 'a number', accepts: (value) => typeof value === 'number' };
const optional = ({ is, accepts }: Needed): Needed => ({
  is: `${is}, null or nothing`,
  accepts: (value) => value === undefined || value === null || accepts(value),
});
const object: Needed = { is: 'an object', accepts: isHash };
const listOf = (is: string, accepts: Needed['accepts']): Needed => ({
  is: `a list of ${is}`,
  accepts: (value) => Array.isArray(value) && value.every(accepts),
});

/** Without these the simulator itself would stumble. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, Needed>>>> = {
  webhook_endpoints: {
    url: text,
    secret: text,
    status: text,
    enabled_events: listOf('texts', text.accepts),
    api_version: optional(text),
    old_secrets: optional(
      listOf('rolled secrets', (item) => isHash(item) && text.accepts(item.secret) && count.accepts(item.expiresMs)),
    ),
  },
  deliveries: {
    event: text,
    event_type: text,
    endpoint: text,
    url: text,
    status: text,
    tries: listOf('tries', isHash),
    fault: optional(object),
  },
  events: { type: text, created: count, pending_webhooks: count, data: object },
  idempotency: { endpoint: text, parameters: text, createdMs: count, requestId: text, status: count, body: object },
  tasks: { kind: text, object: text, dueMs: count, clock: optional(text) },
  meta: { value: text },
};

function isHash(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
