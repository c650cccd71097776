import type { Context } from './context';
import { invalidRequest } from './errors';
import { present } from './present';
import type { TableName, Tables } from './records';
import { ok, route, type Route } from './router';
import { integer, text } from './schema';
import { parseQuery, type Clause, type Query } from './search-query';

/** What can be asked of a field: a token is compared whole, a string by its words or a part of it, a number by size. */
export type FieldType = 'numeric' | 'string' | 'token';

export interface Searchable<N extends TableName> {
  table: N;
  url: string;
  /** How Stripe's errors call the rows. */
  resource: string;
  fields: Readonly<Record<string, FieldType>>;
  /** Where a field means something else than what stands in the row; undefined where it does not. */
  readField?: (row: Tables[N], field: string) => string | null | undefined;
  isShown?: (row: Tables[N]) => boolean;
}

/** `GET …/search`. Like Stripe's it does not know of the latest changes yet. */
export function searchRoute<N extends TableName>(searchable: Searchable<N>): Route {
  return route('GET', searchable.url, {
    shape: { query: text(), limit: integer(), page: text() },
    required: ['query'],
    handle(ctx, { query, limit = 10, page }) {
      if (limit < 1 || limit > 100) {
        throw invalidRequest('Invalid limit: must be between 1 and 100', {
          code: 'parameter_invalid_integer',
          param: 'limit',
        });
      }
      const parsed = parseQuery(query);
      for (const clause of parsed.clauses) checkClause(searchable, clause);
      const found = search(ctx, searchable, parsed, { limit, after: page === undefined ? undefined : idOf(page) });
      const next = found[limit - 1];
      const hasMore = found.length > limit && next !== undefined;
      return ok({
        object: 'search_result',
        data: found.slice(0, limit).map((row) => present(ctx, searchable.table, row)),
        has_more: hasMore,
        next_page: hasMore ? pageAfter(next.id) : null,
        url: searchable.url,
      });
    },
  });
}

function pageAfter(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function idOf(page: string): string {
  return Buffer.from(page, 'base64url').toString('utf8');
}

/** One row more than the page holds, if there is one; the newest first. */
function search<N extends TableName>(
  { tx }: Context,
  searchable: Searchable<N>,
  query: Query,
  { limit, after }: { limit: number; after: string | undefined },
): Tables[N][] {
  // Each table's rows have that table's shape.
  const rows = tx.table(searchable.table).older(after) as Iterable<Tables[N]>;
  const known = tx.recent.versionsKnown(searchable.table);
  const found: Tables[N][] = [];
  for (const current of rows) {
    const row = known.has(current.id) ? known.get(current.id) : current;
    if (row === undefined || searchable.isShown?.(row) === false || !matches(searchable, query, row)) continue;
    found.push(row);
    if (found.length > limit) break;
  }
  return found;
}

function checkClause<N extends TableName>({ fields, resource }: Searchable<N>, clause: Clause): void {
  const { field, key, operator, value } = clause;
  const type = field === 'metadata' && key !== null ? 'token' : key === null ? fields[field] : undefined;
  if (type === undefined) {
    throw invalidRequest(
      `Field \`${field}\` is an unsupported search field for resource \`${resource}\`. See http://stripe.com/docs/search#query-fields-for-${resource.replaceAll('_', '-')} for a list of supported fields.`,
      { param: 'query' },
    );
  }
  const allowed =
    value === null || type === 'token' ? [':'] : type === 'string' ? [':', '~'] : [':', '>', '>=', '<', '<='];
  if (!allowed.includes(operator)) {
    throw invalidRequest(`Operator \`${operator}\` is not supported for field \`${field}\`.`, { param: 'query' });
  }
  if (operator === '~' && (value ?? '').length < 3) {
    throw invalidRequest('Substring matches must be for at least 3 characters.', { param: 'query' });
  }
}

function matches<N extends TableName>(searchable: Searchable<N>, { any, clauses }: Query, row: Tables[N]): boolean {
  const holds = (clause: Clause): boolean => {
    const value = valueOf(searchable, row, clause);
    return compare(value, clause, searchable.fields[clause.field] ?? 'token') !== clause.negated;
  };
  return any ? clauses.some(holds) : clauses.every(holds);
}

function valueOf<N extends TableName>(
  searchable: Searchable<N>,
  row: Tables[N],
  { field, key }: Clause,
): string | null {
  const special = searchable.readField?.(row, field);
  if (special !== undefined) return special;
  let value: unknown = row;
  for (const name of key === null ? field.split('.') : [field, key]) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as Record<string, unknown>)[name];
  }
  if (typeof value === 'object' && value !== null) value = (value as { id?: unknown }).id;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function compare(actual: string | null, { operator, value }: Clause, type: FieldType): boolean {
  if (value === null || actual === null) return value === actual;
  if (type === 'numeric') return compareNumbers(Number(actual), operator, Number(value));
  const [is, wanted] = [actual.toLowerCase(), value.toLowerCase()];
  if (operator === '~') return is.includes(wanted);
  return type === 'token' ? is === wanted : ` ${words(is)} `.includes(` ${words(wanted)} `);
}

function words(value: string): string {
  return value.trim().split(/\s+/).join(' ');
}

function compareNumbers(actual: number, operator: string, value: number): boolean {
  if (operator === '>') return actual > value;
  if (operator === '>=') return actual >= value;
  if (operator === '<') return actual < value;
  return operator === '<=' ? actual <= value : actual === value;
}
