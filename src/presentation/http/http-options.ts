import type { ServerResponse } from 'node:http';

/** Called for each request, before anything else; what follows has to run inside `next`. */
export type RequestObserver = (
  request: {
    readonly id: string;
    readonly method: string;
    readonly url: string;
    readonly routeOptions: { readonly url?: string | undefined };
  },
  response: ServerResponse,
  next: () => void,
) => void;

/** How the HTTP server behaves at its edges. */
export interface HttpOptions {
  /** Makes each request's id, `req_…`; one that comes with the request is not trusted. */
  readonly requestId: () => string;
  /** By when the whole of a request must have arrived. */
  readonly requestTimeoutMs: number;
  readonly headersTimeoutMs: number;
  /** How long an idle connection is kept. */
  readonly keepAliveTimeoutMs: number;
  /** Connections at once; more are refused. */
  readonly maxConnections: number;
  /** Addresses and networks of proxies whose X-Forwarded-For counts. */
  readonly trustedProxies: readonly string[];
  /** Addresses and networks from which webhooks are taken; none for everywhere. */
  readonly webhookSources: readonly string[];
  readonly observeRequest?: RequestObserver;
}

export const HTTP_DEFAULTS = {
  requestTimeoutMs: 30_000,
  headersTimeoutMs: 10_000,
  keepAliveTimeoutMs: 65_000,
  maxConnections: 2_000,
  trustedProxies: [],
  webhookSources: [],
} as const satisfies Omit<HttpOptions, 'requestId'>;

export const WEBHOOK_URL = '/api/v1/webhooks/stripe';
export const EVIDENCE_URL = '/api/v1/disputes/:id/evidence';
