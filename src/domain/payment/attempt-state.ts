import type { Transitions } from '../shared/transitions';

export const ATTEMPT_STATES = [
  'prepared',
  'sent',
  'succeeded',
  'declined',
  'rejected',
  'requires_action',
  'processing',
  'unknown',
  'never_reached',
] as const;

/**
 * `sent`: committed before the call, so it may have left. `unknown`: the answer was lost. `never_reached`: it provably
 * never left, and the same attempt may be sent again. `rejected`: it had no effect and never will.
 */
export type AttemptState = (typeof ATTEMPT_STATES)[number];

export const ATTEMPT_TRANSITIONS: Transitions<AttemptState> = {
  prepared: ['sent', 'rejected'],
  sent: ['succeeded', 'declined', 'rejected', 'requires_action', 'processing', 'unknown', 'never_reached'],
  unknown: ['succeeded', 'declined', 'rejected', 'requires_action', 'processing'],
  never_reached: ['sent', 'rejected'],
  requires_action: ['succeeded', 'declined', 'rejected', 'processing'],
  processing: ['succeeded', 'declined', 'rejected', 'requires_action'],
  succeeded: [],
  declined: [],
  rejected: [],
};

/** Open attempts may still change something at Stripe; a payment has at most one. */
export const OPEN_ATTEMPT_STATES = ['prepared', 'sent', 'unknown'] as const satisfies readonly AttemptState[];

export function isOpen(state: AttemptState): boolean {
  return (OPEN_ATTEMPT_STATES as readonly AttemptState[]).includes(state);
}

/** Of these something is still to come: an answer, or what the payer or the bank does. */
export const WAITING_ATTEMPT_STATES = [
  ...OPEN_ATTEMPT_STATES,
  'requires_action',
  'processing',
] as const satisfies readonly AttemptState[];

export function isWaiting(state: AttemptState): boolean {
  return (WAITING_ATTEMPT_STATES as readonly AttemptState[]).includes(state);
}
