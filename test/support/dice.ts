import { seededRandom } from '../../src/infrastructure/stripe-simulator/faults/seeded-random';

/** Chance that follows from its seed: thrown in the same order it falls the same way. */
export class Dice {
  readonly #next: () => number;

  constructor(readonly seed: number) {
    this.#next = seededRandom(seed);
  }

  /** From 0 to below 1. */
  part(): number {
    return this.#next();
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  of<T>(list: readonly T[]): T {
    const one = list[Math.floor(this.#next() * list.length)];
    if (one === undefined) throw new Error('there is nothing to choose from');
    return one;
  }

  isLucky(chance: number): boolean {
    return this.#next() < chance;
  }

  /** Another one that does not depend on how often this one is thrown from now on. */
  another(): Dice {
    return new Dice(this.between(1, 2 ** 31 - 1));
  }
}
