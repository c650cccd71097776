/** One line of a benchmark's table. */
export interface Figure {
  name: string;
  unit: string;
  value: number;
  /** The smallest and the largest of the rounds, where there were several. */
  spread?: readonly [low: number, high: number];
  owed?: { least: number } | { most: number };
}

export interface Benchmark {
  name: string;
  /** What a reader has to know to judge the figures. */
  conditions: Readonly<Record<string, boolean | number | string>>;
  figures: readonly Figure[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function overRounds(name: string, unit: string, values: readonly number[], owed?: Figure['owed']): Figure {
  return {
    name,
    unit,
    value: median(values),
    spread: [Math.min(...values), Math.max(...values)],
    ...(owed === undefined ? {} : { owed }),
  };
}

export function isMet({ value, owed }: Figure): boolean {
  // What this machine cannot measure it cannot miss.
  if (owed === undefined || Number.isNaN(value)) return true;
  return 'least' in owed ? value >= owed.least : value <= owed.most;
}

export function table({ name, conditions, figures }: Benchmark): string {
  const lines = figures.map((figure) => [
    figure.name,
    `${shown(figure.value)} ${figure.unit}`,
    figure.spread === undefined ? '' : figure.spread.map(shown).join(' to '),
    owedText(figure),
  ]);
  const columns = ['figure', 'median', 'spread', 'owed'];
  const widths = columns.map((column, at) => Math.max(column.length, ...lines.map((line) => line[at]?.length ?? 0)));
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const under = Object.entries(conditions).map(([what, value]) => `${what}: ${String(value)}`);
  return [`# ${name}`, '', row(columns), rule, ...lines.map(row), '', `${under.join('; ')}.`, ''].join('\n');
}

function owedText(figure: Figure): string {
  const { owed } = figure;
  if (owed === undefined) return '';
  const bound = 'least' in owed ? `at least ${shown(owed.least)}` : `at most ${shown(owed.most)}`;
  return `${bound}: ${isMet(figure) ? 'met' : 'MISSED'}`;
}

function shown(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
