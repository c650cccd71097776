export interface BatchOptions<Item, Result> {
  /** Carries out all of it or nothing. @returns what became of each, in order. */
  readonly work: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Items in one batch. */
  readonly most: number;
  /** Batches under way at once, one unless given. */
  readonly atOnce?: number;
  /** What an item weighs, and how much one batch may weigh; a heavier item goes by itself. */
  readonly weight?: { readonly of: (item: Item) => number; readonly most: number };
  /** Whether one item may be what failed the batch, so that the others deserve to be tried without it. */
  readonly isFaultOfOne?: (error: unknown) => boolean;
  /** Whether the next batch would fare no better: those who wait for it are told at once, however many they are. */
  readonly failsAll?: (error: unknown) => boolean;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one piece of work out of many that are asked for at once: what comes while batches are under way is
 * the next one. Nothing waits for a timer, and what comes alone goes alone.
 */
export class Batches<Item, Result> {
  #waiting: Waiting<Item, Result>[] = [];
  #underWay = 0;

  constructor(private readonly options: BatchOptions<Item, Result>) {}

  /** @throws what the work threw, of a batch or, where one item may be at fault, of this item alone. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#underWay < (this.options.atOnce ?? 1)) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.#underWay += 1;
    while (this.#waiting.length > 0) await this.settle(this.take());
    this.#underWay -= 1;
  }

  private take(): Waiting<Item, Result>[] {
    const { most, weight } = this.options;
    let [count, sum] = [0, 0];
    for (const { item } of this.#waiting) {
      sum += weight?.of(item) ?? 0;
      if (count === most || (count > 0 && sum > (weight?.most ?? Infinity))) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** Never throws: what fails is told to those who wait. */
  private async settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.options.work(batch.map(({ item }) => item));
      if (results.length !== batch.length) throw new Error('a batch has to answer for each of its items');
      for (const [at, { resolve }] of batch.entries()) resolve(results[at] as Result);
    } catch (error) {
      if (batch.length > 1 && this.options.isFaultOfOne?.(error) === true) {
        // By halves: it takes few tries to find the one among many.
        const middle = Math.ceil(batch.length / 2);
        await this.settle(batch.slice(0, middle));
        await this.settle(batch.slice(middle));
      } else for (const { reject } of [...batch, ...this.alsoFailing(error)]) reject(error);
    }
  }

  private alsoFailing(error: unknown): Waiting<Item, Result>[] {
    return this.options.failsAll?.(error) === true ? this.#waiting.splice(0) : [];
  }
}
