import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import type { ApiError } from '../core/errors';
import type { Fault } from './faults';
import { html, send, sendHalf, type HttpAnswer } from '../core/http';
import { errorOf, statusOf } from './stripe-answers';

/** Ends the request before anything is done for it. True: nothing is left to do. */
export async function endBeforeEffect(fault: Fault | null, response: ServerResponse): Promise<boolean> {
  switch (fault?.kind) {
    case 'reset_before_effect':
    case 'refuse_connections':
      response.socket?.resetAndDestroy();
      return true;
    case 'timeout_before_effect':
      hangUpAfter(fault.ms, response);
      return true;
    case 'plain_error':
      await send(response, page(fault.status ?? 502));
      return true;
    default:
      return false;
  }
}

const TITLES: Readonly<Record<number, string>> = {
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** As something before Stripe answers that knows nothing of its envelope. */
function page(status: number): HttpAnswer {
  const title = `${String(status)} ${TITLES[status] ?? 'Error'}`;
  return html(status, `<html>\n<head><title>${title}</title></head>\n<body><h1>${title}</h1></body>\n</html>\n`);
}

/** Answered by Stripe's outer layers, which keep nothing under the idempotency key. */
export function unstoredError(fault: Fault | null, key: string | null): ApiError | null {
  return fault?.kind !== 'error' || isStored(fault) ? null : errorOf(fault, key);
}

/** A 500 comes from the execution itself, so Stripe stores it. */
export function isStored(fault: Fault | null): boolean {
  return fault?.kind === 'error' && statusOf(fault) === 500;
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
      hangUpAfter(fault.ms, response);
      return;
    case 'cut_answer':
      sendHalf(response, answer);
      return;
    default:
      await send(response, answer);
  }
}

function hangUpAfter(ms: number | undefined, response: ServerResponse): void {
  if (ms === undefined) return;
  const timer = setTimeout(() => response.socket?.destroy(), ms);
  timer.unref();
  response.once('close', () => clearTimeout(timer));
}
