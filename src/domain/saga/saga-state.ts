import type { Transitions } from '../shared/transitions';

export const SAGA_STATES = ['running', 'waiting', 'compensating', 'completed', 'compensated', 'failed'] as const;

/**
 * `waiting`: its step waits for something. `compensating`: a step failed for good, and what was done is undone, backwards.
 * `compensated`: all of that is undone. `failed`: it cannot go on, and a person has to look.
 */
export type SagaState = (typeof SAGA_STATES)[number];

/** What it came to may be overturned afterwards: a refund that succeeded may fail days later. */
export const SAGA_TRANSITIONS: Transitions<SagaState> = {
  running: ['waiting', 'compensating', 'completed', 'failed'],
  waiting: ['running', 'compensating', 'completed', 'failed'],
  compensating: ['compensated', 'failed'],
  completed: ['compensating'],
  compensated: [],
  failed: ['running', 'compensating'],
};

export const STEP_STATES = ['pending', 'waiting', 'done', 'failed', 'compensated'] as const;
export type StepState = (typeof STEP_STATES)[number];

/** One that is done or failed waits again while it is undone. */
export const STEP_TRANSITIONS: Transitions<StepState> = {
  pending: ['waiting', 'done', 'failed'],
  waiting: ['done', 'failed', 'compensated'],
  done: ['waiting', 'compensated'],
  failed: ['waiting', 'compensated'],
  compensated: [],
};
