import { Logger, LoggerModule, PinoLogger, type Params } from 'nestjs-pino';
import { storage, Store } from 'nestjs-pino/storage';
import { RequestMethod, type DynamicModule } from '@nestjs/common';
import { pino } from 'pino';

/** Wherever they turn up, these never reach a log. */
const SECRETS = ['authorization', 'cookie', 'clientSecret', 'client_secret', 'password', 'secret', 'token', 'apiKey'];
const REDACT = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]).concat(
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["stripe-signature"]',
);

const PROCESS_ID = `process_${String(process.pid)}`;

interface Request {
  readonly id: string;
  readonly method: string;
  readonly url: string;
}

function params(level: string): Params {
  return {
    pinoHttp: {
      level,
      base: { service: 'cashdesk' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACT, censor: '[redacted]' },
      // Given by the HTTP server, so that a line, an answer and a problem carry the same id.
      genReqId: (request) => request.id,
      // What belongs to no request and no job is the process's own.
      mixin: (_line, _level, logger) => ('requestId' in logger.bindings() ? {} : { requestId: PROCESS_ID }),
      quietReqLogger: true,
      customAttributeKeys: { reqId: 'requestId', responseTime: 'milliseconds' },
      serializers: {
        // Query strings may carry a payer's data; bodies and headers are never logged.
        req: ({ method, url }: Request) => ({ method, path: url.split('?')[0] }),
        res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
      },
      customLogLevel: (_request, response, error) => {
        if (error !== undefined || response.statusCode >= 500) return 'error';
        return response.statusCode >= 400 ? 'warn' : 'info';
      },
      customSuccessMessage: () => 'request',
      customErrorMessage: () => 'request',
      // What went wrong was logged where it did; this line says only how the request ended.
      customErrorObject: (_request, _response, _error, line: object) => ({ ...line, err: undefined }),
      autoLogging: { ignore: (request) => request.url?.startsWith('/api/health') === true },
    },
    forRoutes: [{ path: '{*splat}', method: RequestMethod.ALL }],
  };
}

export function loggingModule(level: string): DynamicModule {
  return LoggerModule.forRoot(params(level));
}

export { Logger };

/** Every line that `work` logs carries this id, as every line of a request carries the request's. */
export function withRequestId<T>(requestId: string, work: () => Promise<T>): Promise<T> {
  return storage.run(new Store(PinoLogger.root.child({ requestId })), work);
}
