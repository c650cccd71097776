import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import Stripe from 'stripe';
import { singleAttemptHttpClient, type Pace } from './single-attempt-http-client';

/** Pinned: an upgrade of the SDK must not change what Stripe's objects look like. */
const STRIPE_API_VERSION = '2026-09-30.endive';

export interface StripeOptions {
  readonly secretKey: string;
  /** Another address than Stripe's own: a simulator's. */
  readonly apiUrl?: string;
  /** Milliseconds until the answer to a call counts as lost. */
  readonly timeout?: number;
  /** When requests may leave; at once without it. */
  readonly pace?: Pace;
}

/** The SDK without retries of its own, with an explicit time limit, one connection pool and no telemetry. */
export function createStripeClient({ secretKey, apiUrl, timeout = 20_000, pace }: StripeOptions): Stripe.Stripe {
  const url = new URL(apiUrl ?? 'https://api.stripe.com');
  const secure = url.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  return new Stripe(secretKey, {
    apiVersion: STRIPE_API_VERSION,
    host: url.hostname,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    protocol: secure ? 'https' : 'http',
    timeout,
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: singleAttemptHttpClient(agent, pace ?? null),
    appInfo: { name: 'Cashdesk' },
  });
}

/** By the key's prefix: `sk_live_` and `rk_live_` move real money. */
export function isLiveKey(secretKey: string): boolean {
  return /^[sr]k_live_/.test(secretKey);
}
