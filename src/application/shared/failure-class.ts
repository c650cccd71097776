/**
 * What went wrong between Stripe and us, classed once, where Stripe's answer is read. docs/failures.md says what is done
 * about each class. `declined`: the bank said no. `invalid`: Stripe does not take the request. `rate_limited`: too much at
 * once, by Stripe's limits or by ours. `unavailable`: nothing happened, and nothing was learnt. `unknown`: it may have
 * happened.
 */
export type FailureClass = 'declined' | 'invalid' | 'rate_limited' | 'unavailable' | 'unknown';

/** Why there is no answer, or none that says anything. */
export interface Silence {
  /** Holds nothing of a person. */
  readonly message: string;
  /** `unavailable` where it is left out. */
  readonly because?: Exclude<FailureClass, 'declined'>;
  /** Seconds until asking has a chance again, where that is known. */
  readonly retryAfter?: number;
}
