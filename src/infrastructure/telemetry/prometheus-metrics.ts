import { Gauge, Histogram, Registry } from 'prom-client';
import { Metrics } from '../../application/shared/metrics';

export interface Figure {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Seconds. Most calls of Stripe take a part of one; none takes longer than the last. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

/** In the text format of Prometheus. */
export class PrometheusMetrics extends Metrics {
  readonly #registry = new Registry();
  readonly #calls = new Histogram({
    name: 'cashdesk_stripe_call_seconds',
    help: 'Calls to Stripe by gateway, operation and class (docs/failures.md), and how long they took',
    labelNames: ['gateway', 'operation', 'class'] as const,
    buckets: BUCKETS,
    registers: [this.#registry],
  });
  /** Looking labels up costs more than counting. */
  readonly #byName = new Map<string, { observe(seconds: number): void }>();
  readonly #inFlight = new Map<string, number>();
  readonly #turnedAway = new Map<string, number>();

  constructor() {
    super();
    this.figures('cashdesk_stripe_calls_in_flight', 'Calls to Stripe under way, by gateway', ['gateway'], () =>
      [...this.#inFlight].map(([gateway, value]) => ({ labels: { gateway }, value })),
    );
    this.figures(
      'cashdesk_stripe_calls_turned_away',
      'Calls not made since the start, by why',
      ['gateway', 'why'],
      () =>
        [...this.#turnedAway].map(([name, value]) => {
          const [gateway = '', why = ''] = name.split(' ');
          return { labels: { gateway, why }, value };
        }),
    );
  }

  override async exposition(): Promise<{ type: string; text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  /** Figures that are read when somebody collects them; what cannot be read then is left out. */
  figures(
    name: string,
    help: string,
    labelNames: string[],
    read: () => readonly Figure[] | Promise<readonly Figure[]>,
  ) {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      async collect() {
        this.reset();
        try {
          for (const { labels, value } of await read()) this.set({ ...labels }, value);
        } catch {
          // The health check says that it is away.
        }
      },
    });
  }

  began(gateway: string): void {
    this.#inFlight.set(gateway, (this.#inFlight.get(gateway) ?? 0) + 1);
  }

  /** @param outcome null for a bug of ours. */
  ended(gateway: string, operation: string, outcome: string | null, milliseconds: number): void {
    this.#inFlight.set(gateway, (this.#inFlight.get(gateway) ?? 1) - 1);
    const name = `${gateway} ${operation} ${String(outcome)}`;
    let series = this.#byName.get(name);
    if (series === undefined) {
      series = this.#calls.labels(gateway, operation, outcome ?? 'bug');
      this.#byName.set(name, series);
    }
    series.observe(milliseconds / 1_000);
  }

  turnedAway(gateway: string, why: string): void {
    const name = `${gateway} ${why}`;
    this.#turnedAway.set(name, (this.#turnedAway.get(name) ?? 0) + 1);
  }
}
