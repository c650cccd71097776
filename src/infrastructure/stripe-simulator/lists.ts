import { invalidRequest, resourceMissing } from './errors';
import { either, integer, object, text, type Values } from './schema';
import type { Table } from './table';

const range = object({ gt: integer(), gte: integer(), lt: integer(), lte: integer() });

export const listShape = {
  limit: integer(),
  starting_after: text(),
  ending_before: text(),
  created: either(integer(), range),
};
export type ListParams = Values<typeof listShape>;

interface Row {
  id: string;
  created: number;
}

export interface ListAnswer<R> {
  object: 'list';
  data: R[];
  has_more: boolean;
  url: string;
}

/** Newest first; a page asked for with `ending_before` is the one just before that row. */
export function listPage<R extends Row>(
  table: Table<R>,
  url: string,
  params: ListParams,
  matches: (row: R) => boolean = () => true,
): ListAnswer<R> {
  const limit = params.limit ?? 10;
  if (limit < 1 || limit > 100) {
    throw invalidRequest('Invalid limit: must be between 1 and 100', {
      code: 'parameter_invalid_integer',
      param: 'limit',
    });
  }
  checkCursors(table, params);
  const forward = params.ending_before === undefined;
  const rows = forward ? table.older(params.starting_after) : table.newer(params.ending_before ?? '');
  const data: R[] = [];
  let hasMore = false;
  for (const row of rows) {
    if (!inRange(row.created, params.created) || !matches(row)) continue;
    if (data.length === limit) {
      hasMore = true;
      break;
    }
    data.push(row);
  }
  return { object: 'list', data: forward ? data : data.reverse(), has_more: hasMore, url };
}

function checkCursors(table: Table<Row>, params: ListParams): void {
  if (params.starting_after !== undefined && params.ending_before !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: starting_after, ending_before.', {
      code: 'parameters_exclusive',
    });
  }
  for (const name of ['starting_after', 'ending_before'] as const) {
    const id = params[name];
    if (id !== undefined && table.get(id) === undefined) throw resourceMissing('object', id, name, 400);
  }
}

function inRange(created: number, wanted: ListParams['created']): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return created === wanted;
  return (
    created > (wanted.gt ?? -Infinity) &&
    created >= (wanted.gte ?? -Infinity) &&
    created < (wanted.lt ?? Infinity) &&
    created <= (wanted.lte ?? Infinity)
  );
}
