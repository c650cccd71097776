/** So many calls at once, and so many that wait for them, in the order in which they came: the rest is turned away. */
export class Bulkhead {
  readonly #waiting: ((entered: boolean) => void)[] = [];
  #free: number;

  constructor(
    atOnce: number,
    private readonly mostWaiting: number,
  ) {
    this.#free = atOnce;
  }

  /** At once, where there is room. */
  tryEnter(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  /** @returns false when too many wait, or all that wait are sent away. */
  wait(): Promise<boolean> {
    if (this.#waiting.length >= this.mostWaiting) return Promise.resolve(false);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next(true);
  }

  /** There is nothing to wait for. */
  sendAway(): void {
    for (const resolve of this.#waiting.splice(0)) resolve(false);
  }
}
