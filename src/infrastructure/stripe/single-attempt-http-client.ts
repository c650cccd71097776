import type { Agent as HttpAgent } from 'node:http';
import Stripe from 'stripe';
import { assertMaySend } from './reading-only';

/** The SDK repeats a request once after these, even with `maxNetworkRetries: 0`. */
const REPEATED_BY_SDK = new Set(['ECONNRESET', 'EPIPE']);

const TOO_MANY = 429;

/** When requests may leave. */
export interface Pace {
  /** @returns null when its turn has come, or the seconds after which to come back. */
  turn(urgent: boolean): Promise<number | null>;
  /** Stripe asked for fewer. @param seconds for which it wants none; null where it does not say. */
  slowDown(seconds: number | null): void;
}

/** Of a request whose turn would have come too late. */
export const NOT_SENT = 'CASHDESK_NOT_SENT';

/**
 * An HTTP client for the SDK under which each call leaves once: retries have one owner, and it is not the SDK.
 * The error keeps its cause, but gets a code that the SDK does not know.
 */
export function singleAttemptHttpClient(
  agent: HttpAgent,
  pace: Pace | null,
): ReturnType<typeof Stripe.createNodeHttpClient> {
  const client = Stripe.createNodeHttpClient(agent);
  const send = client.makeRequest.bind(client);
  client.makeRequest = async (...request) => {
    const [, , path, method] = request;
    assertMaySend(method, path);
    await waitForTurn(pace, method);
    try {
      const response = await send(...request);
      if (response.getStatusCode() === TOO_MANY) slowDown(pace, response.getHeaders());
      return response;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined || !REPEATED_BY_SDK.has(code)) throw error;
      throw Object.assign(new Error(message, { cause: error }), { code: 'CONNECTION_CLOSED' });
    }
  };
  return client;
}

/** What changes something goes before what only asks. */
async function waitForTurn(pace: Pace | null, method: string): Promise<void> {
  const retryAfter = pace === null ? null : await pace.turn(method !== 'GET');
  if (retryAfter === null) return;
  throw Object.assign(new Error('Its turn would have come too late.'), { code: NOT_SENT, retryAfter });
}

/**
 * A lock concerns one object and a resource's own limit one resource: they say nothing of other requests. Stripe wants the
 * former to be repeated, which is what tells them from its limiters.
 */
function slowDown(pace: Pace | null, headers: object): void {
  const named = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  if (named.get('stripe-should-retry') === 'true') return;
  if (named.get('stripe-rate-limited-reason') === 'resource-specific') return;
  pace?.slowDown(secondsIn(named.get('retry-after')));
}

/** `Retry-After` is in seconds, or a date. */
export function secondsIn(retryAfter: string | undefined): number | null {
  if (retryAfter === undefined || retryAfter === '') return null;
  const given = Number(retryAfter);
  const seconds = Number.isNaN(given) ? (Date.parse(retryAfter) - Date.now()) / 1_000 : given;
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}
