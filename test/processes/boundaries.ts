import { writeSync } from 'node:fs';

/** Where a process can be killed: just before something leaves it for good, or just after it read that it was done. */
export interface Boundary {
  /** What is done there, without the ids and values of one run. */
  readonly what: string;
  readonly side: 'after' | 'before';
  /** The how-manieth of its kind since the watch began. */
  readonly nth: number;
}

/** The last words of a process that was told to end. */
export const KILLED = 'killed where it was told to be';

/** What was met of one kind. */
export interface Met {
  readonly what: string;
  readonly calls: number;
  /** Of the calls, those that changed something, or were answered. */
  readonly effects: number;
}

/** Counts what is met since a watch began, and ends the process where it was told to. */
export class Boundaries {
  #calls = new Map<string, number>();
  #effects = new Map<string, number>();
  #deadly: Boundary | null = null;

  watch(deadly: Boundary | null): void {
    this.#calls = new Map();
    this.#effects = new Map();
    this.#deadly = deadly;
  }

  get met(): Met[] {
    return [...this.#calls].map(([what, calls]) => ({ what, calls, effects: this.#effects.get(what) ?? 0 }));
  }

  before(what: string): void {
    this.count(this.#calls, what, 'before');
  }

  after(what: string): void {
    this.count(this.#effects, what, 'after');
  }

  private count(counts: Map<string, number>, what: string, side: Boundary['side']): void {
    const nth = (counts.get(what) ?? 0) + 1;
    counts.set(what, nth);
    const deadly = this.#deadly;
    if (deadly?.what !== what || deadly.side !== side || deadly.nth !== nth) return;
    // Written at once: nothing else of this process gets out any more.
    writeSync(process.stderr.fd, `${KILLED}\n`);
    process.kill(process.pid, 'SIGKILL');
  }
}
