import type { KeyObject } from 'node:crypto';
import type { PublishedAlgorithm, PublishedKeys } from '../../application/access/published-keys';
import type { Clock } from '../../application/shared/clock';

/** Older ones are fetched again beside the requests, in milliseconds. */
const FRESH = 5 * 60_000;
/** For older ones the next request waits: a key that was taken back is not taken longer, while the address answers. */
const TOO_OLD = 10 * 60_000;
/** Two fetches are at least so far apart, whatever tokens come: made-up `kid`s must not become requests. */
const COOL_DOWN = 10_000;

export type Lookup = KeyObject | 'unknown' | 'unavailable';

/** How the keys stand, for the health check. */
export interface KnownKeysState {
  /** Null while there was no answer yet. */
  readonly count: number | null;
  readonly failing: boolean;
}

/** Keeps the published keys, and keeps them on when nobody answers. */
export class KnownKeys {
  #keys: ReadonlyMap<string, KeyObject> | null = null;
  #fetchedAt = 0;
  #askedAt: number | null = null;
  #failing = false;
  #asking: Promise<void> | null = null;

  /** @param onTrouble is told when fetching begins to fail, once. */
  constructor(
    private readonly published: PublishedKeys,
    private readonly clock: Clock,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  get state(): KnownKeysState {
    return { count: this.#keys?.size ?? null, failing: this.#failing };
  }

  /** @returns `unavailable` when a key may be there that cannot be fetched, `unknown` when there is none. */
  async find(algorithm: PublishedAlgorithm, id: string): Promise<Lookup> {
    await this.keepFresh();
    const name = nameOf(algorithm, id);
    if (this.#keys?.has(name) !== true) await this.ask();
    return this.#keys?.get(name) ?? (this.#failing ? 'unavailable' : 'unknown');
  }

  /** Waits only for keys that must not be used as they are; while fetching fails, those that are known are used. */
  async keepFresh(): Promise<void> {
    if (this.isWithin(FRESH, this.#fetchedAt)) return;
    const asked = this.ask();
    if (this.#keys === null || (!this.isWithin(TOO_OLD, this.#fetchedAt) && !this.#failing)) await asked;
  }

  /** All who ask meanwhile get the same answer. */
  private ask(): Promise<void> {
    if (this.#asking === null && !this.isWithin(COOL_DOWN, this.#askedAt)) {
      this.#askedAt = this.now();
      this.#asking = this.fetch().finally(() => {
        this.#asking = null;
      });
    }
    return this.#asking ?? Promise.resolve();
  }

  private async fetch(): Promise<void> {
    try {
      const keys = await this.published.fetch();
      this.#keys = new Map(keys.map(({ algorithm, id, key }) => [nameOf(algorithm, id), key]));
      this.#fetchedAt = this.now();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.onTrouble(error);
      this.#failing = true;
    }
  }

  /** A time in the future is not within: a clock that was set back must not keep anything longer. */
  private isWithin(span: number, since: number | null): boolean {
    const passed = since === null ? -1 : this.now() - since;
    return passed >= 0 && passed < span;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

function nameOf(algorithm: PublishedAlgorithm, id: string): string {
  return `${algorithm} ${id}`;
}
