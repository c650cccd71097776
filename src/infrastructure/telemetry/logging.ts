import type { ServerResponse } from 'node:http';
import { Logger, PARAMS_PROVIDER_TOKEN, PinoLogger } from 'nestjs-pino';
import { storage, type Store } from 'nestjs-pino/storage';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { pino, type Logger as Pino, type LoggerOptions } from 'pino';
import { logFile } from './log-file';

/** Wherever they turn up, these never reach a log. */
const SECRETS = ['authorization', 'cookie', 'clientSecret', 'client_secret', 'password', 'secret', 'token', 'apiKey'];
const REDACT = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]).concat(
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["stripe-signature"]',
);

const PROCESS_ID = `process_${String(process.pid)}`;
const UNOBSERVED = '/api/health';

interface Loggers {
  /** For lines of the process, its jobs and its requests. */
  readonly root: Pino;
  /** For the one line that each request leaves: it holds nothing that would have to be looked through for secrets. */
  readonly requests: Pino;
}

let loggers: Loggers | null = null;

function createLoggers(level: string): Loggers {
  const options: LoggerOptions = {
    level,
    base: { service: 'cashdesk' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const file = logFile();
  const root = pino(
    {
      ...options,
      redact: { paths: REDACT, censor: '[redacted]' },
      // What belongs to no request and no job is the process's own.
      mixin: (_line, _level, logger) => ('requestId' in logger.bindings() ? {} : { requestId: PROCESS_ID }),
    },
    file,
  );
  return { root, requests: pino(options, file) };
}

@Global()
@Module({})
class LoggingModule {}

export function loggingModule(level: string): DynamicModule {
  loggers = createLoggers(level);
  const params = { provide: PARAMS_PROVIDER_TOKEN, useValue: { pinoHttp: { logger: loggers.root } } };
  return { module: LoggingModule, providers: [Logger, PinoLogger, params], exports: [Logger] };
}

export { Logger };

/** Every line that `work` logs carries this id, as every line of a request carries the request's. */
export function withRequestId<T>(requestId: string, work: () => Promise<T>): Promise<T> {
  return storage.run(new LazyStore(requestId), work);
}

interface Request {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  /** The route that was found: `/api/v1/payments/:id`. */
  readonly routeOptions: { readonly url?: string | undefined };
}

/** An id as Cashdesk and Stripe make them. Anything else in its place is the caller's own. */
const ID = /^[a-z]{2,10}_[0-9A-Za-z]{8,64}$/;

/** The route, with the ids of the request in their places. */
function pathOf(url: string, route: string | undefined): string {
  if (route === undefined) return '(no route)';
  const given = (url.split('?')[0] ?? '').split('/').reverse();
  // From the end, for an address without a version is shorter than its route.
  const parts = route.split('/').reverse();
  return parts
    .map((part, index) => (part.startsWith(':') && ID.test(given[index] ?? '') ? given[index] : part))
    .reverse()
    .join('/');
}

/** One line when the answer has left or the caller is gone. Bodies and headers are never logged. */
export function observeRequest(
  { id, method, url, routeOptions }: Request,
  response: ServerResponse,
  next: () => void,
): void {
  if (!url.startsWith(UNOBSERVED)) {
    const since = performance.now();
    // Whatever a caller writes may be a payer's data: no query string, and no address but the route.
    const path = pathOf(url, routeOptions.url);
    response.once('close', () => {
      const { statusCode: status } = response;
      loggers?.requests[levelOf(status)](
        { requestId: id, req: { method, path }, res: { status }, milliseconds: Math.round(performance.now() - since) },
        'request',
      );
    });
  }
  storage.run(new LazyStore(id), next);
}

function levelOf(status: number): 'error' | 'warn' | 'info' {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

/** Most requests and jobs log no line of their own, and need no logger. */
class LazyStore implements Store {
  #logger: Pino | undefined;

  constructor(private readonly requestId: string) {}

  get logger(): Pino {
    this.#logger ??= (loggers?.root ?? pino()).child({ requestId: this.requestId });
    return this.#logger;
  }

  set logger(logger: Pino) {
    this.#logger = logger;
  }
}
