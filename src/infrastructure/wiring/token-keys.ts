import { Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Clock } from '../../application/shared/clock';
import type { HealthEntry } from '../../application/shared/health';
import { HttpPublishedKeys } from '../crypto/http-published-keys';
import { KnownKeys } from '../crypto/known-keys';
import { CircuitBreakingPublishedKeys } from '../resilience/circuit-breaking-published-keys';

/** The keys at `JWKS_URL`: fetched, behind a breaker, kept. */
export class TokenKeys implements OnModuleDestroy {
  readonly known: KnownKeys;
  private readonly published: CircuitBreakingPublishedKeys;

  constructor(url: string, clock: Clock) {
    const logger = new Logger('token keys');
    this.published = new CircuitBreakingPublishedKeys(new HttpPublishedKeys(url));
    this.known = new KnownKeys(this.published, clock, (error) => {
      const { message } = error instanceof Error ? error : new Error(String(error));
      logger.warn({ msg: 'JWKS_URL gives no keys; those that are known are used', error: message });
    });
  }

  /** Also has keys fetched that are due, so that they are there before the first token, and nobody waits for it. */
  health(): Omit<HealthEntry, 'name'> {
    void this.known.keepFresh();
    const { count, failing } = this.known.state;
    const keys = count === 1 ? '1 key' : `${String(count)} keys`;
    if (failing) {
      const kept = count === null ? 'no key is known yet' : `what was known stays in use (${keys})`;
      return { status: 'degraded', detail: `JWKS_URL gives no keys: ${kept}. ${this.circuit()}` };
    }
    if (count === null) return { status: 'up', detail: 'The keys are being fetched.' };
    if (count === 0)
      return {
        status: 'degraded',
        detail: 'JWKS_URL has no key that can be used, so no token signed by one is taken.',
      };
    return { status: 'up', detail: `${keys} known. ${this.circuit()}` };
  }

  onModuleDestroy(): void {
    this.published.close();
  }

  private circuit(): string {
    return `The breaker is ${this.published.state.replace('_', ' ')}.`;
  }
}
