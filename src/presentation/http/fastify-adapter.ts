import { FastifyAdapter } from '@nestjs/platform-fastify';
import { EVIDENCE_URL, WEBHOOK_URL, type HttpOptions } from './http-options';
import { problemBody } from './problem';
import { answerRawly, rawHeaders, rawProblem } from './raw-problem';

const BODY_LIMIT = 100 * 1_024;
/** Events carry whole objects of Stripe. */
const WEBHOOK_BODY_LIMIT = 512 * 1_024;
/** Files of 4.5 MB in base 64, and the texts beside them. */
const EVIDENCE_BODY_LIMIT = 7 * 1_000_000;
const CONNECTION_CHECK_EVERY_MS = 2_000;

/** `/api/payments` is `/api/v1/payments`; probes and metrics have no version. */
function versioned(url: string): string {
  return url.replace(/^\/api\/(?!(?:v\d+|health|metrics)(?:[/?]|$))/, '/api/v1/');
}

interface RawReply {
  writeHead(status: number, headers: Record<string, string>): { end(body: string): unknown };
}

/** Fastify with what has to be said before the application exists. */
export function createHttpAdapter(options: HttpOptions): FastifyAdapter {
  const { requestTimeoutMs: requestTimeout, headersTimeoutMs: headersTimeout, keepAliveTimeoutMs } = options;
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    requestTimeout,
    keepAliveTimeout: keepAliveTimeoutMs,
    // A missing Host is refused by a hook, as problem details.
    http: {
      requestTimeout,
      headersTimeout,
      connectionsCheckingInterval: CONNECTION_CHECK_EVERY_MS,
      requireHostHeader: false,
    },
    forceCloseConnections: 'idle',
    // Requests that come on open connections during the drain are answered, not dropped.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: options.requestId,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    rewriteUrl: (request: { url?: string | undefined }) => versioned(request.url ?? '/'),
    // For addresses that the router cannot read: no hook runs for them.
    frameworkErrors: (error: { statusCode?: number }, request: { id: string }, reply: { raw: RawReply }) => {
      const problem = rawProblem(error.statusCode ?? 400);
      const body = problemBody(problem, request.id);
      reply.raw.writeHead(problem.status, rawHeaders(request.id, body)).end(body);
    },
    clientErrorHandler: (error, socket) => {
      answerRawly(error, socket, options.requestId());
    },
  });
  adapter.getInstance().addHook('onRoute', (route) => {
    if (route.url === WEBHOOK_URL) route.bodyLimit = WEBHOOK_BODY_LIMIT;
    if (route.url === EVIDENCE_URL) route.bodyLimit = EVIDENCE_BODY_LIMIT;
  });
  return adapter;
}
