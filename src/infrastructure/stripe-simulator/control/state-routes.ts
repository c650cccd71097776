import { ControlError, done, type ControlParts, type ControlRequest, type ControlRoute } from './control-route';
import { scheduleDailyPayout } from '../balance/payout-schedule';
import { NO_REQUEST } from '../core/engine';
import { json, type HttpAnswer } from '../core/http';
import { TABLE_NAMES, type TableName } from '../core/records';
import type { JournalEntry } from '../core/request-journal';
import { changeSettings } from '../core/settings';
import { matchesPath } from '../faults/faults';
import { savedRows } from './saved-state';

/** What is the simulator's own, which no caller of Stripe ever sees. */
const OWN_TABLES: ReadonlySet<TableName> = new Set(['attempts', 'idempotency', 'meta', 'tasks']);

export function stateRoutes(parts: ControlParts): ControlRoute[] {
  const { engine, journal } = parts;
  const { settings } = engine.parts;
  return [
    {
      method: 'GET',
      path: '/state',
      does: "shows every object; with 'full' all tables with the simulator's own, as POST /_simulator/seed takes them",
      asks: ['full'],
      handle: ({ query }) => json(200, query.has('full') ? fullState(parts) : objects(parts)),
    },
    {
      method: 'POST',
      path: '/seed',
      does: "'random' begins the luck of probabilities anew from a number; 'tables' replaces all state by a saved one",
      takes: ['random', 'tables', 'account'],
      handle: (request) => seed(parts, request),
    },
    {
      method: 'POST',
      path: '/reset',
      does: 'forgets everything but the account',
      handle: () => done(() => parts.reset()),
    },
    {
      method: 'GET',
      path: '/journal',
      does: "lists the requests to /v1 with their outcomes; 'since' is a time, 'path' may have :wildcards or end in /*",
      asks: ['method', 'path', 'since', 'outcome'],
      handle: ({ query }) => json(200, entries(journal.list(), query)),
    },
    { method: 'DELETE', path: '/journal', does: 'empties the journal', handle: () => done(() => journal.clear()) },
    { method: 'GET', path: '/settings', does: 'shows the settings', handle: () => json(200, settings) },
    {
      method: 'POST',
      path: '/settings',
      does: 'changes settings',
      takes: Object.keys(settings),
      handle({ input }) {
        const wrong = changeSettings(settings, input);
        if (wrong === null) {
          engine.execute(NO_REQUEST, scheduleDailyPayout);
          return json(200, settings);
        }
        const now = JSON.stringify({ ...settings }[wrong as keyof typeof settings]);
        throw new ControlError(`'${wrong}' does not take ${JSON.stringify(input[wrong])}. It is ${now} now.`);
      },
    },
  ];
}

function seed(parts: ControlParts, { input: { random, tables, account } }: ControlRequest): HttpAnswer {
  if (random === undefined && tables === undefined) throw new ControlError("Give 'random', 'tables' or both.");
  if (random !== undefined && !Number.isSafeInteger(random)) throw new ControlError("'random' is a whole number.");
  if (account !== undefined && typeof account !== 'string') throw new ControlError("'account' is an id.");
  const rows = tables === undefined ? [] : savedRows(tables);
  const owner = account === undefined ? [] : [{ table: 'meta', id: 'account', row: { id: 'account', value: account } }];
  if (tables !== undefined) parts.restore([...owner, ...rows]);
  if (random !== undefined) parts.engine.parts.faults.reseed(Number(random));
  return json(200, { rows: rows.length });
}

function objects({ engine }: ControlParts): object {
  const { store, accountId } = engine.parts;
  const tables = TABLE_NAMES.filter((name) => !OWN_TABLES.has(name));
  const endpoints = [...store.table('webhook_endpoints').values()];
  return {
    account: accountId,
    ...Object.fromEntries(tables.map((name) => [name, [...store.table(name).values()]])),
    webhook_endpoints: endpoints.map(({ secret: _secret, old_secrets: _old, ...shown }) => shown),
  };
}

function fullState({ engine }: ControlParts): object {
  const { store, accountId } = engine.parts;
  return {
    account: accountId,
    tables: Object.fromEntries(TABLE_NAMES.map((name) => [name, [...store.table(name).values()]])),
  };
}

function entries(all: readonly JournalEntry[], query: URLSearchParams): readonly JournalEntry[] {
  const method = query.get('method')?.toUpperCase();
  const path = query.get('path');
  const outcome = query.get('outcome');
  const since = query.has('since') ? instant(query.get('since') ?? '') : null;
  return all.filter(
    (entry) =>
      (method === undefined || entry.method === method) &&
      (path === null || matchesPath(path, entry.path)) &&
      (outcome === null || entry.outcome === outcome) &&
      (since === null || Date.parse(entry.at) >= since),
  );
}

function instant(text: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(ms)) throw new ControlError("'since' is a time in seconds, or as 2027-01-31T12:00:00Z.");
  return ms;
}
