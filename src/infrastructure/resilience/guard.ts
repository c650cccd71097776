import type { FailureClass, Silence } from '../../application/shared/failure-class';
import { GatewayUnavailable } from '../../application/shared/gateway-unavailable';
import { Breaker, type BreakerOptions, type CircuitState, type Verdict } from './breaker';
import { Bulkhead } from './bulkhead';

/** Calls that change something at Stripe, and questions. Neither takes the other's places. */
export type Lane = 'write' | 'read';

export type CallOutcome = 'answered' | FailureClass;

/** Told of everything; it must not throw. */
export interface GuardObserver {
  changed(gateway: string, state: CircuitState, before: CircuitState): void;
  began(gateway: string): void;
  /** @param outcome null for a bug of ours. */
  ended(gateway: string, operation: string, outcome: CallOutcome | null, milliseconds: number): void;
  turnedAway(gateway: string, operation: string, why: 'open' | 'full'): void;
}

export interface GuardOptions {
  readonly gateway: string;
  readonly breaker: BreakerOptions;
  /** Calls at once in each lane. */
  readonly atOnce: Readonly<Record<Lane, number>>;
  readonly observer: GuardObserver;
}

/** What the answers of all gateways have in common. */
interface Answer {
  readonly kind: string;
  readonly because?: FailureClass;
}

/** Where an answer does not say its class itself. */
const CLASS_OF_KIND: Readonly<Partial<Record<string, FailureClass>>> = {
  declined: 'declined',
  rejected: 'invalid',
  refused: 'invalid',
  unknown: 'unknown',
  failed_at_stripe: 'unknown',
  never_reached: 'unavailable',
  unavailable: 'unavailable',
};

/** A decline, a refusal and a limit say that Stripe is there, but not that its payments work. */
const VERDICTS: Readonly<Record<CallOutcome, Verdict>> = {
  answered: 'success',
  declined: 'neither',
  invalid: 'neither',
  rate_limited: 'neither',
  unavailable: 'failure',
  unknown: 'failure',
};

/** More than these are not kept waiting for a place. */
const WAITING_PER_PLACE = 20;

/** What stands before each call of a gateway to Stripe: its breaker, its bulkheads, and who counts and times. */
export class Guard {
  readonly gateway: string;
  readonly #breaker: Breaker;
  readonly #bulkheads: Readonly<Record<Lane, Bulkhead>>;
  readonly #observer: GuardObserver;

  constructor({ gateway, breaker, atOnce, observer }: GuardOptions) {
    this.gateway = gateway;
    this.#observer = observer;
    this.#bulkheads = { write: bulkheadOf(atOnce.write), read: bulkheadOf(atOnce.read) };
    this.#breaker = new Breaker(breaker, (state, before) => {
      if (state === 'open') for (const bulkhead of Object.values(this.#bulkheads)) bulkhead.sendAway();
      observer.changed(gateway, state, before);
    });
  }

  get state(): CircuitState {
    return this.#breaker.state;
  }

  get since(): Date {
    return this.#breaker.since;
  }

  /** Why a call is turned away now, before anything is done for it; null where it may be tried. */
  pause(operation: string): Silence | null {
    return this.#breaker.isShut() ? this.turnAway(operation, 'open') : null;
  }

  /** A call whose answer is a value, whatever happens. @param instead of an answer where the call is not made. */
  async answer<T extends Answer>(
    operation: string,
    lane: Lane,
    call: () => Promise<T>,
    instead: (silence: Silence) => T,
  ): Promise<T> {
    const ticket = await this.enter(operation, lane);
    if (typeof ticket !== 'number') return instead(ticket);
    return this.carryOut(ticket, operation, lane, call, outcomeOf);
  }

  /** A question that throws where there is no answer. @throws GatewayUnavailable */
  async value<T>(operation: string, lane: Lane, call: () => Promise<T>): Promise<T> {
    const ticket = await this.enter(operation, lane);
    if (typeof ticket !== 'number') throw new GatewayUnavailable(ticket.message, ticket);
    return this.carryOut(ticket, operation, lane, call, () => 'answered');
  }

  /** Ends its timer. */
  close(): void {
    this.#breaker.close();
  }

  private async enter(operation: string, lane: Lane): Promise<number | Silence> {
    if (this.#breaker.isShut()) return this.turnAway(operation, 'open');
    const bulkhead = this.#bulkheads[lane];
    if (!bulkhead.tryEnter() && !(await bulkhead.wait())) {
      return this.turnAway(operation, this.#breaker.isShut() ? 'open' : 'full');
    }
    const ticket = this.#breaker.enter();
    if (ticket !== null) return ticket;
    bulkhead.leave();
    return this.turnAway(operation, 'open');
  }

  private async carryOut<T>(
    ticket: number,
    operation: string,
    lane: Lane,
    call: () => Promise<T>,
    classify: (answer: T) => CallOutcome,
  ): Promise<T> {
    const begun = performance.now();
    let outcome: CallOutcome | null = null;
    this.#observer.began(this.gateway);
    try {
      const answer = await call();
      outcome = classify(answer);
      return answer;
    } catch (error) {
      if (error instanceof GatewayUnavailable) outcome = error.because;
      throw error;
    } finally {
      this.#breaker.leave(ticket, outcome === null ? 'neither' : VERDICTS[outcome]);
      this.#bulkheads[lane].leave();
      this.#observer.ended(this.gateway, operation, outcome, performance.now() - begun);
    }
  }

  private turnAway(operation: string, why: 'open' | 'full'): Silence {
    this.#observer.turnedAway(this.gateway, operation, why);
    return why === 'open' ? this.shut() : FULL;
  }

  private shut(): Silence {
    const message = 'Stripe did not answer for a while, so it was not asked now.';
    return { message, because: 'unavailable', retryAfter: this.#breaker.retryAfter };
  }
}

const FULL: Silence = {
  message: 'Too many calls to Stripe are under way, so it was not asked.',
  because: 'rate_limited',
  retryAfter: 1,
};

function bulkheadOf(atOnce: number): Bulkhead {
  return new Bulkhead(atOnce, atOnce * WAITING_PER_PLACE);
}

function outcomeOf({ kind, because }: Answer): CallOutcome {
  return because ?? CLASS_OF_KIND[kind] ?? 'answered';
}
