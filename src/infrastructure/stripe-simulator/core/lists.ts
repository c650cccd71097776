import type { Context } from './context';
import { invalidRequest, resourceMissing } from './errors';
import { present } from './present';
import type { IndexOf, TableName, Tables } from './records';
import { RowIndex } from './row-index';
import { either, integer, object, text, type Values } from './schema';
import type { Table } from './table';

const range = object({ gt: integer(), gte: integer(), lt: integer(), lte: integer() });

export const createdShape = either(integer(), range);
export const pageShape = { limit: integer({ min: 1, max: 100 }), starting_after: text(), ending_before: text() };
/** The parameters of a list whose rows are found by the time of their making. */
export const listShape = { ...pageShape, created: createdShape };

type Range = NonNullable<Values<typeof listShape>['created']>;
export type PageParams = Values<typeof pageShape>;
export type ListParams = Values<typeof listShape>;

interface Row {
  id: string;
  created?: number;
}

export interface ListAnswer<R> {
  object: 'list';
  data: R[];
  has_more: boolean;
  url: string;
}

export interface Listing<N extends TableName> {
  url: string;
  /** Only rows with these values in indexed fields; undefined asks for nothing. */
  where?: Readonly<Partial<Record<IndexOf<N>, string | undefined>>>;
  matches?: (row: Tables[N]) => boolean;
}

/** One page of a table's rows, the newest first, as they are shown now. */
export function listOf<N extends TableName>(
  ctx: Context,
  name: N,
  params: ListParams,
  { url, where, matches = () => true }: Listing<N>,
): ListAnswer<Tables[N]> {
  const wanted = Object.entries(where ?? {}).filter((entry): entry is [IndexOf<N>, string] => entry[1] !== undefined);
  const filters = wanted.map(([field, value]) => ({ index: new RowIndex(field), value }));
  checkCursors(params, KINDS[name] ?? name.slice(0, -1), (id) => {
    const row = ctx.tx.get(name, id);
    // A cursor is one of the rows that the first filter finds.
    return row !== undefined && filters.slice(0, 1).every(({ index, value }) => index.valueOf(row) === value);
  });
  const page = listPage(
    rowsFrom(ctx, name, params, wanted[0]),
    url,
    params,
    (row) => filters.slice(1).every(({ index, value }) => index.valueOf(row) === value) && matches(row),
  );
  return { ...page, data: page.data.map((row) => present(ctx, name, row)) };
}

/** From the cursor on, so that a page costs what it shows and not what there is. */
function rowsFrom<N extends TableName>(
  ctx: Context,
  name: N,
  { starting_after: after, ending_before: before }: ListParams,
  filter: [IndexOf<N>, string] | undefined,
): Iterable<Tables[N]> {
  if (filter !== undefined) return ctx.tx.walk(name, filter[0], filter[1], { after, before });
  const table = ctx.tx.table(name) as unknown as Table<Tables[N]>;
  return before === undefined ? table.older(after) : table.newer(before);
}

/** A list inside an object, such as the items of a subscription; as Stripe does, it holds the first ten or `limit`. */
export function sublist<R>(rows: readonly R[], url: string, limit = 10): ListAnswer<R> {
  return { object: 'list', data: rows.slice(0, limit), has_more: rows.length > limit, url };
}

/** Newest first; a page asked for with `ending_before` is the one just before that row. */
function listPage<R extends Row>(
  rows: Iterable<R>,
  url: string,
  params: ListParams,
  matches: (row: R) => boolean,
): ListAnswer<R> {
  const limit = params.limit ?? 10;
  const forward = params.ending_before === undefined;
  const data: R[] = [];
  let hasMore = false;
  for (const row of rows) {
    if (!inRange(row.created ?? 0, params.created) || !matches(row)) continue;
    if (data.length === limit) {
      hasMore = true;
      break;
    }
    data.push(row);
  }
  return { object: 'list', data: forward ? data : data.reverse(), has_more: hasMore, url };
}

/** As Stripe names an object whose table is called otherwise. */
const KINDS: Readonly<Partial<Record<TableName, string>>> = {
  balance_transactions: 'balance transaction',
  invoice_items: 'invoiceitem',
  payment_methods: 'PaymentMethod',
  setup_intents: 'setupintent',
};

function checkCursors(params: PageParams, kind: string, isKnown: (id: string) => boolean): void {
  if (params.starting_after !== undefined && params.ending_before !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: ending_before, starting_after.', {
      code: 'parameters_exclusive',
      param: 'ending_before',
    });
  }
  for (const name of ['starting_after', 'ending_before'] as const) {
    const id = params[name];
    if (id !== undefined && !isKnown(id)) throw resourceMissing(kind, id, name, 400);
  }
}

export function inRange(created: number, wanted: Range | undefined): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return created === wanted;
  return (
    created > (wanted.gt ?? -Infinity) &&
    created >= (wanted.gte ?? -Infinity) &&
    created < (wanted.lt ?? Infinity) &&
    created <= (wanted.lte ?? Infinity)
  );
}
