import type { CircuitState } from '../../../src/infrastructure/resilience/breaker';
import { Guard, type CallOutcome, type GuardOptions } from '../../../src/infrastructure/resilience/guard';

export const PAUSE = 5_000;

/** What a guard told. */
export class Watch {
  readonly changes: CircuitState[] = [];
  readonly outcomes: (CallOutcome | null)[] = [];
  readonly turnedAway: string[] = [];
  inFlight = 0;
}

export function watchedGuard(given: Partial<GuardOptions> = {}): { guard: Guard; watch: Watch } {
  const watch = new Watch();
  const guard = new Guard({
    gateway: 'payment',
    breaker: { window: 10_000, volume: 5, failedPercent: 50, pause: PAUSE },
    atOnce: { write: 1_000, read: 1_000 },
    observer: {
      changed: (_gateway, state) => void watch.changes.push(state),
      began: () => void (watch.inFlight += 1),
      ended: (_gateway, _operation, outcome) => {
        watch.inFlight -= 1;
        watch.outcomes.push(outcome);
      },
      turnedAway: (_gateway, operation, why) => void watch.turnedAway.push(`${operation} ${why}`),
    },
    ...given,
  });
  return { guard, watch };
}
