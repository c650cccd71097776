/** Runs a piece of work again and again, never twice at once, with a pause in between; a failure is reported. */
export class PeriodicLoop {
  #wake: (() => void) | null = null;
  #stopping = false;
  #done: Promise<void> = Promise.resolve();

  constructor(
    private readonly work: () => Promise<void>,
    private readonly pause: number,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  start(): void {
    this.#done = this.run();
  }

  /** Lets the round under way finish. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake?.();
    await this.#done;
  }

  private async run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.work();
      } catch (error) {
        this.onTrouble(error);
      }
      await this.idle();
    }
  }

  private idle(): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.pause);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
