import { EventEmitter } from 'node:events';
import CircuitBreaker from 'opossum';

export type CircuitState = 'closed' | 'open' | 'half_open';

/** What a call says of the other side: it answers, it does not, or nothing. */
export type Verdict = 'success' | 'failure' | 'neither';

export interface BreakerOptions {
  /** Milliseconds over which calls are counted. */
  readonly window: number;
  /** So many calls that count, or the window says nothing. */
  readonly volume: number;
  /** It opens when more of them fail. */
  readonly failedPercent: number;
  /** Milliseconds from opening to the next try. */
  readonly pause: number;
}

export type OnChange = (state: CircuitState, before: CircuitState) => void;

const BUCKETS = 10;

/**
 * opossum takes every call that ends without a failure for a success, and a call to be counted in the moment it begins.
 * So calls are not made through it: it is told of those that count, when they have ended. A decline is neither a success
 * nor a failure, or a few hundred of them would hide an outage.
 */
export class Breaker {
  readonly #circuit: CircuitBreaker<[boolean], void>;
  /** Every change of state begins another. Calls of an earlier one tell of what was before. */
  #turn = 0;
  #probing = false;
  #state: CircuitState = 'closed';
  #since = Date.now();
  /** opossum moves its window on when it is told to: here when a call is counted, so that no timer runs for it. */
  readonly #window = new EventEmitter();
  #movedAt = Date.now();

  constructor(
    private readonly options: BreakerOptions,
    private readonly onChange: OnChange = () => undefined,
  ) {
    const { window, volume, failedPercent, pause } = options;
    const settings = {
      timeout: false as const,
      rollingCountTimeout: window,
      rollingCountBuckets: BUCKETS,
      rotateBucketController: this.#window,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      volumeThreshold: volume,
      errorThresholdPercentage: failedPercent,
      resetTimeout: pause,
    };
    this.#circuit = new CircuitBreaker<[boolean], void>(tell, settings);
    this.#circuit.on('open', () => this.change('open'));
    this.#circuit.on('halfOpen', () => this.change('half_open'));
    this.#circuit.on('close', () => this.change('closed'));
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** When it came into this state. */
  get since(): Date {
    return new Date(this.#since);
  }

  /** Whether a call would be turned away now. */
  isShut(): boolean {
    return this.#state === 'open' || this.#probing;
  }

  /** Seconds until a call has a chance. */
  get retryAfter(): number {
    const wait = this.#state === 'open' ? this.#since + this.options.pause - Date.now() : 0;
    return Math.max(1, Math.ceil(wait / 1_000));
  }

  /** @returns the ticket of a call that may be made, or null. Half open, there is one at a time. */
  enter(): number | null {
    if (this.isShut()) return null;
    this.#probing = this.#state === 'half_open';
    return this.#turn;
  }

  leave(ticket: number, verdict: Verdict): void {
    if (ticket !== this.#turn) return;
    if (verdict === 'neither') this.#probing = false;
    else this.count(verdict === 'failure');
  }

  /** Ends its timer. */
  close(): void {
    this.#circuit.shutdown();
  }

  private count(failed: boolean): void {
    const buckets = Math.floor((Date.now() - this.#movedAt) / (this.options.window / BUCKETS));
    if (buckets > 0) this.moveOn(buckets);
    this.#circuit.fire(failed).catch(ignore);
  }

  private moveOn(buckets: number): void {
    for (let n = 0; n < Math.min(buckets, BUCKETS); n++) this.#window.emit('rotate');
    this.#movedAt = Date.now();
  }

  private change(state: CircuitState): void {
    const before = this.#state;
    this.#turn += 1;
    this.#probing = false;
    this.#state = state;
    this.#since = Date.now();
    // What was counted before the outage ended says nothing of what comes after it.
    if (state === 'closed') this.moveOn(BUCKETS);
    this.onChange(state, before);
  }
}

const FAILED = new Error('The call failed.');
const SUCCEEDED = Promise.resolve();

/** A failure is thrown, for then opossum takes it in at once, before the next call can begin. */
function tell(failed: boolean): Promise<void> {
  if (failed) throw FAILED;
  return SUCCEEDED;
}

function ignore(): void {
  // Whoever made the call has its answer.
}
