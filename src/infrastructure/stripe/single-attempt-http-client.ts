import type { Agent as HttpAgent } from 'node:http';
import Stripe from 'stripe';

/** The SDK repeats a request once after these, even with `maxNetworkRetries: 0`. */
const REPEATED_BY_SDK = new Set(['ECONNRESET', 'EPIPE']);

/**
 * An HTTP client for the SDK under which each call leaves once: retries have one owner, and it is not the SDK.
 * The error keeps its cause, but gets a code that the SDK does not know.
 */
export function singleAttemptHttpClient(agent: HttpAgent): ReturnType<typeof Stripe.createNodeHttpClient> {
  const client = Stripe.createNodeHttpClient(agent);
  const send = client.makeRequest.bind(client);
  client.makeRequest = async (...request) => {
    try {
      return await send(...request);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined || !REPEATED_BY_SDK.has(code)) throw error;
      throw Object.assign(new Error(message, { cause: error }), { code: 'CONNECTION_CLOSED' });
    }
  };
  return client;
}
