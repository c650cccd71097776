/** What a request did while it was under way. Times in milliseconds since it began. */
export interface Step {
  readonly kind: 'commit' | 'pool' | 'query' | 'stripe';
  /** A statement's first words, or a method and a path. */
  readonly what: string;
  readonly from: number;
  readonly to: number;
}

export interface Trace {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly total: number;
  readonly steps: readonly Step[];
}

export interface Share {
  readonly of: string;
  readonly count: number;
  readonly ms: number;
}

const NAMES: Readonly<Record<Step['kind'], string>> = {
  stripe: 'calls to Stripe',
  query: 'queries',
  commit: 'commits',
  pool: 'waiting for a connection',
};

/**
 * The shares of a request's time, which add up to its total: where steps overlap, the time belongs to the one that
 * began first. The rest is our own work and waiting for the event loop.
 */
export function shares({ steps, total }: Trace): Share[] {
  const sums = new Map<Step['kind'], { count: number; ms: number }>();
  for (const kind of Object.keys(NAMES) as Step['kind'][]) sums.set(kind, { count: 0, ms: 0 });
  let covered = 0;
  let until = 0;
  for (const { kind, from, to } of inOrder(steps)) {
    const own = Math.max(0, Math.min(to, total) - Math.max(from, until));
    until = Math.max(until, to);
    covered += own;
    const sum = sums.get(kind);
    if (sum === undefined) continue;
    sum.count += 1;
    sum.ms += own;
  }
  const named = [...sums].map(([kind, sum]) => ({ of: NAMES[kind], ...sum }));
  return [...named, { of: 'the rest: own work, event loop', count: 1, ms: total - covered }];
}

export function countOf({ steps }: Trace, kind: Step['kind']): number {
  return steps.filter((step) => step.kind === kind).length;
}

function inOrder(steps: readonly Step[]): Step[] {
  return [...steps].sort((one, other) => one.from - other.from);
}

/** For a person: the shares, then each step. */
export function shown(title: string, trace: Trace): string {
  const row = (cells: readonly string[]): string =>
    `  ${cells.map((cell, at) => (at === 0 ? cell.padEnd(32) : cell.padStart(9))).join(' ')}`;
  const ms = (value: number): string => value.toFixed(2);
  const all: Share = { of: 'total', count: 1, ms: trace.total };
  const table = [all, ...shares(trace)].map(({ of, count, ms: sum }) => row([of, String(count), ms(sum)]));
  const steps = inOrder(trace.steps).map(
    ({ kind, what, from, to }) => `  ${ms(from).padStart(8)} ${ms(to - from).padStart(8)}  ${kind.padEnd(7)} ${what}`,
  );
  return [
    `${title}: ${trace.method} ${trace.path} ${String(trace.status)}`,
    row(['', 'count', 'ms']),
    ...table,
    '',
    '        at     took  step',
    ...steps,
    '',
  ].join('\n');
}
