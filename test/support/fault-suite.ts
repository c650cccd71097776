import { createHash, randomInt } from 'node:crypto';

/** `npm run test:faults` has everything; the short form, a part of `npm test`, has a share of it, each time another. */
export const IS_LONG = process.env.FAULTS === 'long';

/** What is left to chance follows from it: `FAULTS_SEED` brings a printed one back. */
export const SEED = Number(process.env.FAULTS_SEED ?? randomInt(2 ** 31));

/** In an order that follows from the seed, so that the first few are others with each seed. */
export function shuffled<T>(list: readonly T[], nameOf: (each: T) => string): T[] {
  const place = (each: T) =>
    createHash('sha256')
      .update(`${String(SEED)} ${nameOf(each)}`)
      .digest('hex');
  return list.toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
}

/** Shown whether the tests pass or not; a failure is replayed from the seed. */
export function report(title: string, rows: readonly (readonly (number | string)[])[]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => aligned(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  process.stderr.write(
    `\n${title} (${IS_LONG ? 'all of them' : 'short form'}, FAULTS_SEED=${String(SEED)})\n${lines.join('\n')}\n\n`,
  );
}

function aligned(cell: number | string, width: number): string {
  return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
}
