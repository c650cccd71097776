import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { ApiError, internalError } from '../core/errors';
import type { Fault } from './faults';
import { html, send, sendHalf, type HttpAnswer } from '../core/http';
import { keyInUse } from '../core/idempotency';

/** Ends the request before anything is done for it. True: nothing is left to do. */
export async function endBeforeEffect(fault: Fault | null, response: ServerResponse): Promise<boolean> {
  switch (fault?.kind) {
    case 'reset_before_effect':
      response.socket?.resetAndDestroy();
      return true;
    case 'timeout_before_effect':
      return true;
    case 'plain_error':
      await send(response, html(fault.status ?? 502, '<html><body><h1>502 Bad Gateway</h1></body></html>'));
      return true;
    default:
      return false;
  }
}

/** Answered by Stripe's outer layers, which keep nothing under the idempotency key. */
export function unstoredError(fault: Fault | null): ApiError | null {
  if (fault?.kind !== 'error' || isStored(fault)) return null;
  const status = fault.status ?? 500;
  if (status === 409) return keyInUse('…');
  if (status === 429) {
    return new ApiError(
      429,
      {
        type: 'invalid_request_error',
        code: fault.code ?? 'rate_limit',
        message:
          'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
      },
      { 'Retry-After': '1', 'Stripe-Should-Retry': 'true', 'Stripe-Rate-Limited-Reason': 'global-rate' },
    );
  }
  return new ApiError(status, internalError().body);
}

/** A 500 comes from the execution itself, so Stripe stores it. */
export function isStored(fault: Fault | null): boolean {
  return fault?.kind === 'error' && (fault.status ?? 500) === 500;
}

export async function waitBeforeEffect(fault: Fault | null): Promise<void> {
  if (fault?.kind === 'delay') await sleep(fault.ms ?? 1_000);
}

const UNANSWERED = ['reset_after_effect', 'timeout_after_effect', 'cut_answer'];

/** Whether the caller gets the status. */
export function isAnswered(fault: Fault | null): boolean {
  return fault === null || !UNANSWERED.includes(fault.kind);
}

/** What becomes of an answer whose effect is committed. */
export async function deliverAnswer(fault: Fault | null, response: ServerResponse, answer: HttpAnswer): Promise<void> {
  switch (fault?.kind) {
    case 'reset_after_effect':
      response.socket?.resetAndDestroy();
      return;
    case 'timeout_after_effect':
      return;
    case 'cut_answer':
      sendHalf(response, answer);
      return;
    default:
      await send(response, answer);
  }
}
