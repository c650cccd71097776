import type { FaultDefinition } from './fault-definition';

export interface Drill {
  does: string;
  faults: readonly FaultDefinition[];
}

const POSTS = { method: 'POST' };

/** Several faults at once, by name. */
export const DRILLS: Readonly<Record<string, Drill>> = {
  'outage-5s': {
    does: 'Stripe cannot be reached for five seconds: connections are refused, the control API with them.',
    faults: [{ kind: 'refuse_connections', ms: 5_000 }],
  },
  'unavailable-5s': {
    does: 'Stripe answers 503 for five seconds.',
    faults: [{ kind: 'error', status: 503, times: 0, forMs: 5_000 }],
  },
  'lost-answers': {
    does: 'One in five answers to a POST is lost after the effect: reset, cut in the middle, or never sent.',
    faults: [
      { kind: 'reset_after_effect', match: POSTS, times: 0, probability: 0.1 },
      { kind: 'cut_answer', match: POSTS, times: 0, probability: 0.05 },
      { kind: 'timeout_after_effect', match: POSTS, times: 0, probability: 0.05, ms: 60_000 },
    ],
  },
  'flaky-1pct': {
    does: 'One in a hundred requests fails with 500, loses its connection before the effect, or is two seconds late.',
    faults: [
      { kind: 'error', status: 500, times: 0, probability: 0.0033 },
      { kind: 'reset_before_effect', times: 0, probability: 0.0033 },
      { kind: 'delay', ms: 2_000, times: 0, probability: 0.0034 },
    ],
  },
  'rate-limited': {
    does: 'Three in ten requests are answered 429, some for their rate and some for a lock.',
    faults: [
      { kind: 'error', status: 429, times: 0, probability: 0.2 },
      { kind: 'error', status: 429, code: 'lock_timeout', times: 0, probability: 0.125 },
    ],
  },
  'webhook-storm': {
    does: 'Every event is doubled, late, out of order, or comes under a second id.',
    faults: [
      { kind: 'webhook_double', copies: 3, times: 0, probability: 0.25 },
      { kind: 'webhook_second_id', times: 0, probability: 0.333 },
      { kind: 'webhook_delay', ms: 1_500, times: 0, probability: 0.5 },
      { kind: 'webhook_reorder', ms: 500, times: 0 },
    ],
  },
};
