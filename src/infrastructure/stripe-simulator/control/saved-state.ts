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
    const missing = (NEEDED[table] ?? []).find((member) => typeof row[member] !== 'string');
    if (missing !== undefined) throw new ControlError(`'${name}' needs a text '${missing}'.`);
    return { table, id: row.id, row: { ...row, id: row.id } };
  });
}

/** Without these the simulator itself would stumble. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  webhook_endpoints: ['url', 'secret', 'status'],
  deliveries: ['event', 'endpoint', 'url', 'status'],
  events: ['type'],
  tasks: ['kind', 'object'],
  meta: ['value'],
};

function isHash(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
