import type { RefreshPayment } from '../payment/refresh-payment';

type Taken = (paymentId: string) => Promise<void>;

interface Round {
  readonly taken: Taken[];
  readonly result: Promise<string | null>;
}

/**
 * One look at Stripe and one commit for all events of a payment that wait at the same time. An event joins a round only
 * before that round has asked Stripe, so that what it tells of is seen.
 */
export class JoinedRefreshes {
  /** Rounds that have not begun, and the last one that has, by intent. */
  readonly #next = new Map<string, Round>();
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(private readonly refreshPayment: RefreshPayment) {}

  /** @param taken runs in the unit of work that stores what was seen. @throws GatewayUnavailable */
  execute(intent: string, cause: string, taken: Taken): Promise<string | null> {
    const next = this.#next.get(intent);
    if (next !== undefined) {
      next.taken.push(taken);
      return next.result;
    }
    const all = [taken];
    const result = this.afterRunning(intent).then(() => this.begin(intent, cause, all));
    this.#next.set(intent, { taken: all, result });
    return result;
  }

  /** Also lets jobs that were fetched together come together. */
  private async afterRunning(intent: string): Promise<void> {
    await this.#running.get(intent);
    await new Promise((resolve) => setImmediate(resolve));
  }

  private begin(intent: string, cause: string, all: readonly Taken[]): Promise<string | null> {
    this.#next.delete(intent);
    const refreshed = this.refreshPayment.execute({
      intent,
      cause,
      within: async (paymentId) => {
        for (const taken of all) await taken(paymentId);
      },
    });
    const ended = refreshed.then(
      () => undefined,
      () => undefined,
    );
    this.#running.set(intent, ended);
    void ended.then(() => {
      if (this.#running.get(intent) === ended) this.#running.delete(intent);
    });
    return refreshed;
  }
}
