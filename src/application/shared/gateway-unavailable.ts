import type { Silence } from './failure-class';

/** Stripe did not answer a question; asking again later is safe. */
export class GatewayUnavailable extends Error {
  override readonly name = 'GatewayUnavailable';
  readonly because: NonNullable<Silence['because']>;
  /** Seconds until asking has a chance again; null where nobody knows. */
  readonly retryAfter: number | null;

  constructor(message: string, { because, retryAfter, cause }: Partial<Silence> & ErrorOptions = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.because = because ?? 'unavailable';
    this.retryAfter = retryAfter ?? null;
  }
}
