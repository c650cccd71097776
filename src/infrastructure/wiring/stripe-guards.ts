import { Logger, type OnModuleDestroy } from '@nestjs/common';
import type { BreakerOptions, CircuitState } from '../resilience/breaker';
import type { PrometheusMetrics } from '../telemetry/prometheus-metrics';
import { Guard, type GuardObserver, type Lane } from '../resilience/guard';

/**
 * Stripe's outages are seen within seconds by whoever has traffic: five calls that say something, most of them failed.
 * A pause is short, for what ends it is one call.
 */
const BREAKER: BreakerOptions = { window: 10_000, volume: 5, failedPercent: 50, pause: 5_000 };

/** Pauses differ by up to this part, so that several instances do not try again together. */
const JITTER = 0.2;

/** Calls at once. How many payments, PAYMENTS_IN_FLIGHT_MAX says; these are for those that nobody waits for. */
const AT_ONCE = {
  payment: { write: 50, read: 30 },
  refund: { write: 20, read: 10 },
  customer: { write: 40, read: 10 },
  setup: { write: 40, read: 10 },
  payment_method: { write: 10, read: 20 },
  dispute: { write: 5, read: 10 },
  balance: { write: 1, read: 5 },
  event: { write: 1, read: 2 },
} as const satisfies Record<string, Record<Lane, number>>;

export type GatewayName = keyof typeof AT_ONCE;

/** What stands between each gateway and Stripe, and who tells of it. */
export class StripeGuards implements OnModuleDestroy {
  readonly all: readonly Guard[];

  /** @param paymentsInFlight that somebody waits for. */
  constructor(metrics: PrometheusMetrics, paymentsInFlight: number) {
    const observer = watching(new Logger('breaker'), metrics);
    this.all = (Object.keys(AT_ONCE) as GatewayName[]).map((gateway) => {
      const pause = Math.round(BREAKER.pause * (1 + JITTER * Math.random()));
      const { write, read } = AT_ONCE[gateway];
      const atOnce = { write: gateway === 'payment' ? write + paymentsInFlight : write, read };
      return new Guard({ gateway, breaker: { ...BREAKER, pause }, atOnce, observer });
    });
    const help = 'State of the breaker of each gateway: 1 in the state that it is in';
    metrics.figures('cashdesk_breaker_state', help, ['gateway', 'state'], () =>
      this.all.flatMap((guard) =>
        STATES.map((state) => ({ labels: { gateway: guard.gateway, state }, value: guard.state === state ? 1 : 0 })),
      ),
    );
  }

  of(gateway: GatewayName): Guard {
    const found = this.all.find((guard) => guard.gateway === gateway);
    if (found === undefined) throw new Error(`there is no guard for ${gateway}`);
    return found;
  }

  onModuleDestroy(): void {
    for (const guard of this.all) guard.close();
  }
}

/** One line for each change, and a figure for each call. */
function watching(logger: Logger, metrics: PrometheusMetrics): GuardObserver {
  return {
    changed: (gateway: string, state: CircuitState, before: CircuitState) => {
      const line = { msg: `the breaker of ${gateway} calls to Stripe is ${WORDS[state]}`, gateway, state, before };
      if (state === 'open') logger.warn(line);
      else logger.log(line);
    },
    began: (gateway) => {
      metrics.began(gateway);
    },
    ended: (gateway, operation, outcome, milliseconds) => {
      metrics.ended(gateway, operation, outcome, milliseconds);
    },
    turnedAway: (gateway, _operation, why) => {
      metrics.turnedAway(gateway, why);
    },
  };
}

const STATES: readonly CircuitState[] = ['closed', 'half_open', 'open'];

const WORDS: Readonly<Record<CircuitState, string>> = {
  open: 'open: they are not made for a while',
  half_open: 'half open: the next one is a try',
  closed: 'closed again',
};
