import type { Table } from '../../core/table';

const SIZE = 25;
/** How many rows a page looks at to find those that it shows; a filter that fits few goes on from there. */
const MOST_LOOKED_AT = 5_000;

export interface Slice<R> {
  rows: R[];
  /** From where to look further, or null at the end. */
  next: string | null;
}

interface Wanted<R> {
  after?: string | null;
  size?: number;
  matches?: (row: R) => boolean;
}

/** The newest rows that fit, older than `after`. Its cost does not grow with the table. */
export function sliceOf<R extends { id: string }>(table: Table<R>, wanted: Wanted<R> = {}): Slice<R> {
  const { after, size = SIZE, matches = () => true } = wanted;
  const rows: R[] = [];
  let looked = 0;
  let last: string | null = null;
  for (const row of table.older(after ?? undefined)) {
    if (rows.length === size || looked === MOST_LOOKED_AT) return { rows, next: last };
    looked += 1;
    last = row.id;
    if (matches(row)) rows.push(row);
  }
  return { rows, next: null };
}
