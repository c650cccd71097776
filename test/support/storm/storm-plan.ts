import { Dice } from '../dice';

/** One thing that is to happen. What it consists of is thrown with its own dice, in the order in which it needs them. */
export interface Planned {
  /** Milliseconds after the beginning. */
  readonly at: number;
  readonly what: string;
  readonly number: number;
  readonly dice: Dice;
}

export interface Occasion {
  readonly what: string;
  /** How often it comes, compared with the others. */
  readonly weight: number;
}

export interface Span {
  /** Milliseconds. */
  readonly lasts: number;
  readonly times: number;
}

/** So many occasions over that time, each kind of them at least once; all of it follows from the dice. */
export function planOf(occasions: readonly Occasion[], { lasts, times }: Span, dice: Dice): Planned[] {
  if (times < occasions.length) throw new Error(`${times} times do not hold ${occasions.length} kinds`);
  const pool = occasions.flatMap(({ what, weight }) => Array.from({ length: weight }, () => what));
  const all = occasions.map(({ what }) => what);
  while (all.length < times) all.push(dice.of(pool));
  const spread = lasts / times;
  return shuffled(all, dice).map((what, n) => {
    return { at: Math.floor((n + dice.part()) * spread), what, number: n + 1, dice: dice.another() };
  });
}

function shuffled<T>(list: readonly T[], dice: Dice): T[] {
  const left = [...list];
  const all: T[] = [];
  while (left.length > 0) all.push(...left.splice(dice.between(0, left.length - 1), 1));
  return all;
}
