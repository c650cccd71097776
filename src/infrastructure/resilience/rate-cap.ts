export interface RateCapOptions {
  /** Requests in any second; null for as many as come. */
  readonly perSecond: number | null;
  /** Milliseconds that a request is kept waiting: what changes something, and questions. */
  readonly longestWait: { readonly urgent: number; readonly later: number };
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** Null when it may leave; else the seconds after which to come back. */
export type Turn = number | null;

interface Waiting {
  readonly until: number;
  readonly go: (turn: Turn) => void;
}

/** So many of the urgent go before one of the others, where both wait. */
const URGENT_BEFORE_LATER = 4;
/** What can leave at once is a part of what may leave in a second, and the rest comes bit by bit. */
const AT_ONCE = 0.1;
/** After the other side asked for fewer: by how much less is sent, how fast it grows again, and the least. */
const LESS = 0.5;
const MORE_PER_SECOND = 0.1;
const LEAST = 0.1;
/** What is sent from then on where nothing was set. */
const WITHOUT_CAP = 100;
/** Pauses in milliseconds, where the other side does not say how long. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 60_000;
/** By up to so much longer, so that several processes do not begin again together. */
const JITTER = 0.25;

/**
 * The rate at which this process sends requests. Who comes too early waits, those that change something before those that
 * only ask; who would wait for too long is sent away. When the other side asks for fewer there is a pause for all, and
 * afterwards less is sent, growing again by and by.
 */
export class RateCap {
  readonly #options: RateCapOptions;
  readonly #random: () => number;
  readonly #urgent: Waiting[] = [];
  readonly #later: Waiting[] = [];
  #tokens: number;
  #filledAt = performance.now();
  #pausedUntil = 0;
  #part = 1;
  #strikes = 0;
  #urgentInRow = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: RateCapOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#tokens = this.atOnce();
  }

  get waiting(): number {
    return this.#urgent.length + this.#later.length;
  }

  /** Milliseconds that the pause still lasts. */
  get pause(): number {
    return Math.max(0, this.#pausedUntil - performance.now());
  }

  /** Waits for the turn of a request. */
  async turn(urgent: boolean): Promise<Turn> {
    const now = performance.now();
    this.fill(now);
    if (this.waiting === 0 && this.take(now)) return null;
    const queue = urgent ? this.#urgent : this.#later;
    const longest = this.#options.longestWait[urgent ? 'urgent' : 'later'];
    const expected = this.pause + ((queue.length + 1) / this.rate()) * 1_000;
    if (expected > longest) return Math.max(1, Math.ceil(expected / 1_000));
    return new Promise<Turn>((go) => {
      queue.push({ until: now + longest, go });
      this.plan(now);
    });
  }

  /** The other side asked for fewer requests. @param seconds for which it wants none; null where it does not say. */
  slowDown(seconds: number | null): void {
    const now = performance.now();
    this.fill(now);
    // Those that were on their way together say it together.
    if (this.#pausedUntil <= now) {
      this.#part = Math.max(LEAST, this.#part * LESS);
      this.#strikes += 1;
    }
    const pause = seconds === null ? FIRST_PAUSE * 2 ** (this.#strikes - 1) : seconds * 1_000;
    const jittered = Math.min(pause, LONGEST_PAUSE) * (1 + JITTER * this.#random());
    this.#pausedUntil = Math.max(this.#pausedUntil, now + jittered);
    this.#tokens = 0;
    this.plan(now);
  }

  /** A second. Never more than what was set, with what may leave at once. */
  private rate(): number {
    const { perSecond } = this.#options;
    if (perSecond === null) return this.#part < 1 ? WITHOUT_CAP * this.#part : Infinity;
    return Math.max(1, (perSecond - this.atOnce()) * this.#part);
  }

  private atOnce(): number {
    const { perSecond } = this.#options;
    return perSecond === null ? Infinity : Math.max(1, perSecond * AT_ONCE);
  }

  private fill(now: number): void {
    const since = Math.max(this.#filledAt, this.#pausedUntil);
    if (now <= since) return;
    const seconds = (now - since) / 1_000;
    this.#part = Math.min(1, this.#part + seconds * MORE_PER_SECOND);
    if (this.#part === 1) this.#strikes = 0;
    const most = this.#part < 1 ? WITHOUT_CAP * AT_ONCE : Infinity;
    this.#tokens = Math.min(this.atOnce(), most, this.#tokens + seconds * this.rate());
    this.#filledAt = now;
  }

  private take(now: number): boolean {
    if (now < this.#pausedUntil || this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** One timer for all that wait. */
  private plan(now: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.waiting === 0) return;
    const next = Math.max(this.#pausedUntil, now) + (Math.max(0, 1 - this.#tokens) / this.rate()) * 1_000;
    const late = Math.min(this.#urgent[0]?.until ?? Infinity, this.#later[0]?.until ?? Infinity);
    this.#timer = setTimeout(() => this.release(), Math.max(1, Math.ceil(Math.min(next, late) - now)));
  }

  private release(): void {
    const now = performance.now();
    this.fill(now);
    for (const queue of [this.#urgent, this.#later]) {
      while (queue[0] !== undefined && queue[0].until <= now) {
        queue.shift()?.go(Math.max(1, Math.ceil((this.pause + 1_000 / this.rate()) / 1_000)));
      }
    }
    while (this.waiting > 0 && this.take(now)) this.next()?.go(null);
    this.plan(now);
  }

  private next(): Waiting | undefined {
    const urgentFirst = this.#urgentInRow < URGENT_BEFORE_LATER || this.#later.length === 0;
    if (urgentFirst && this.#urgent.length > 0) {
      this.#urgentInRow += 1;
      return this.#urgent.shift();
    }
    this.#urgentInRow = 0;
    return this.#later.shift();
  }
}
