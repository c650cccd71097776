import { invalidRequest, resourceMissing } from '../core/errors';
import type { ListAnswer, PageParams } from '../core/lists';

/** One page of rows that stand in the order in which they are shown. */
export function pageOf<R extends { id: string }>(rows: readonly R[], url: string, params: PageParams): ListAnswer<R> {
  const limit = params.limit ?? 10;
  if (limit < 1 || limit > 100) {
    throw invalidRequest('Invalid limit: must be between 1 and 100', {
      code: 'parameter_invalid_integer',
      param: 'limit',
    });
  }
  const { starting_after: after, ending_before: before } = params;
  if (before !== undefined) {
    const end = positionOf(rows, before, 'ending_before');
    return { object: 'list', data: rows.slice(Math.max(end - limit, 0), end), has_more: end > limit, url };
  }
  const start = after === undefined ? 0 : positionOf(rows, after, 'starting_after') + 1;
  return { object: 'list', data: rows.slice(start, start + limit), has_more: rows.length > start + limit, url };
}

function positionOf(rows: readonly { id: string }[], id: string, param: string): number {
  const position = rows.findIndex((row) => row.id === id);
  if (position < 0) throw resourceMissing('object', id, param, 400);
  return position;
}

/** Whether the row has all the values asked for; undefined asks for nothing. */
export function hasAll<R extends object>(row: R, wanted: { readonly [K in keyof R]?: R[K] | undefined }): boolean {
  return Object.entries(wanted).every(([name, value]) => value === undefined || Reflect.get(row, name) === value);
}
