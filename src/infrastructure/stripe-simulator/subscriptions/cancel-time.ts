import { invalidRequest } from '../core/errors';
import type { Period } from './periods';

interface Given {
  cancel_at?: number | string | null;
  cancel_at_period_end?: boolean;
}

/** When it is to be canceled; with a single period for all items, every word means the end of that. */
export function cancelAtOf(given: Given, period: Period, now: number): number | null {
  const { cancel_at: at, cancel_at_period_end: atEnd } = given;
  if (at !== undefined && at !== null && atEnd === true) {
    throw invalidRequest('You may only specify one of these parameters: cancel_at, cancel_at_period_end.', {
      code: 'parameters_exclusive',
    });
  }
  if (typeof at === 'string' || atEnd === true) return period.end;
  if (typeof at !== 'number') return null;
  if (at <= now) {
    throw invalidRequest('Invalid timestamp: `cancel_at` must be in the future.', { param: 'cancel_at' });
  }
  return at;
}
