import CircuitBreaker from 'opossum';
import { PublishedKeys, type PublishedKey } from '../../application/access/published-keys';

export type CircuitState = 'closed' | 'open' | 'half_open';

/** Fetches are seconds apart, so a minute has a few of them. */
const WINDOW = 60_000;
const FAILURES = 3;
const FAILED_PERCENT = 50;
const PAUSE = 30_000;

/** After several failures it is not asked for a while, then once to see. */
export class CircuitBreakingPublishedKeys extends PublishedKeys {
  readonly #breaker: CircuitBreaker<[], readonly PublishedKey[]>;

  constructor(inner: PublishedKeys, pause = PAUSE) {
    super();
    this.#breaker = new CircuitBreaker(() => inner.fetch(), {
      // The fetch has a limit of its own, and ends when that is over.
      timeout: false,
      rollingCountTimeout: WINDOW,
      rollingCountBuckets: 6,
      rollingPercentilesEnabled: false,
      volumeThreshold: FAILURES,
      errorThresholdPercentage: FAILED_PERCENT,
      resetTimeout: pause,
    });
  }

  get state(): CircuitState {
    if (this.#breaker.halfOpen) return 'half_open';
    return this.#breaker.opened ? 'open' : 'closed';
  }

  override fetch(): Promise<readonly PublishedKey[]> {
    return this.#breaker.fire();
  }

  /** Ends its timers. */
  close(): void {
    this.#breaker.shutdown();
  }
}
