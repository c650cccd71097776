export interface RightOfWayOptions {
  /** So many urgent pieces of work at once are no press. */
  readonly tolerated?: number;
  /** The press has to be over for so long, in milliseconds. */
  readonly quiet?: number;
  /** What gives way is held up for no longer, in milliseconds, however long the press lasts. */
  readonly most?: number;
}

/**
 * Lets what somebody waits for go before what can be done later. Under a press of urgent work the rest begins in steps,
 * so that it is slow, but never starved.
 */
export class RightOfWay {
  #urgent = 0;
  #pressedUntil = 0;
  readonly #tolerated: number;
  readonly #quiet: number;
  readonly #most: number;

  constructor({ tolerated = 12, quiet = 10, most = 500 }: RightOfWayOptions = {}) {
    this.#tolerated = tolerated;
    this.#quiet = quiet;
    this.#most = most;
  }

  async urgent<T>(work: () => Promise<T>): Promise<T> {
    this.#urgent += 1;
    this.notice();
    try {
      return await work();
    } finally {
      this.notice();
      this.#urgent -= 1;
    }
  }

  /** Resolves when there is no press, or has been one for long enough. */
  async giveWay(): Promise<void> {
    const latest = performance.now() + this.#most;
    for (;;) {
      const now = performance.now();
      const wait = Math.min(this.#pressedUntil, latest) - now;
      if (wait <= 0) return;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  private notice(): void {
    if (this.#urgent > this.#tolerated) this.#pressedUntil = performance.now() + this.#quiet;
  }
}
