import { inTime } from './in-time';

/**
 * Runs a piece of work again and again, never twice at once, with a pause in between; a failure is reported. Work that
 * answers `true` has more to do, and goes on without a pause. A nudge shortens the pause: of many that come close together,
 * one round is made.
 */
export class PeriodicLoop {
  #wake: (() => void) | null = null;
  #nudged = false;
  #stopping = false;
  #done: Promise<void> = Promise.resolve();

  constructor(
    private readonly work: (isEnding: () => boolean) => Promise<unknown>,
    private readonly pause: number,
    private readonly onTrouble: (error: unknown) => void,
    private readonly pauseWhenNudged = pause,
  ) {}

  start(): void {
    this.#done = this.run();
  }

  /** There may be something to do before the pause is over. */
  nudge(): void {
    if (this.#nudged) return;
    this.#nudged = true;
    this.#wake?.();
  }

  /** Lets the round under way finish, unless that takes too long. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake?.();
    await inTime(this.#done);
  }

  private async run(): Promise<void> {
    while (!this.#stopping) {
      // What comes from now on may be too late for this round.
      this.#nudged = false;
      let more = false;
      try {
        more = (await this.work(() => this.#stopping)) === true;
      } catch (error) {
        this.onTrouble(error);
      }
      if (more) continue;
      if (!this.wasNudged) await this.idle(this.pause);
      if (this.wasNudged) await this.idle(this.pauseWhenNudged);
    }
  }

  private get wasNudged(): boolean {
    return this.#nudged;
  }

  /** Also ends when something wakes it. */
  private idle(milliseconds: number): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
