export interface Column<T> {
  readonly title: string;
  readonly value: (row: T) => string | null;
  readonly align?: 'right';
}

const NOTHING = '-';
const GAP = '  ';

/** Titles and rows in aligned columns, without a line break at the end. */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const titles = columns.map(({ title }) => title.toUpperCase());
  const cells = rows.map((row) => columns.map(({ value }) => shown(value(row))));
  const widths = columns.map((_, index) => Math.max(...[titles, ...cells].map((line) => widthOf(line[index] ?? ''))));
  const pad = (line: string[]) =>
    line.map((cell, index) => padded(cell, widths[index] ?? 0, columns[index]?.align)).join(GAP);
  return [titles, ...cells].map((line) => pad(line).trimEnd()).join('\n');
}

/** One thing, a line for each of its properties. */
export function properties(entries: readonly (readonly [name: string, value: string | null])[]): string {
  const width = Math.max(...entries.map(([name]) => widthOf(name)));
  return entries.map(([name, value]) => `${padded(name, width)}${GAP}${shown(value)}`).join('\n');
}

/** On one line and harmless: what others wrote neither moves the cursor nor turns the text around. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function shown(value: string | null): string {
  return value === null || value === '' ? NOTHING : visible(value);
}

function padded(text: string, width: number, align?: 'right'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? space + text : text + space;
}

function widthOf(text: string): number {
  return Array.from(text).length;
}
