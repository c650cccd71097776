import { setTimeout as sleep } from 'node:timers/promises';
import { VersioningType, type DynamicModule, type NestApplicationOptions, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { takeJsonOnly } from './body-parser';
import { serveDocs } from './docs';
import { Draining } from './draining';
import { createHttpAdapter } from './fastify-adapter';
import { WEBHOOK_URL, type HttpOptions, type RequestObserver } from './http-options';
import { authenticateBeforeLargeBodies } from './large-bodies';
import { ProblemException } from './problem';
import { rawProblem } from './raw-problem';
import { SECURITY_HEADERS } from './security-headers';
import { webhookSources } from './webhook-sources';

export interface HttpApp {
  readonly app: NestFastifyApplication;
  /** From now on not ready, and connections are closed after their next answer. */
  drain(): void;
  /**
   * Is not ready any more, and takes no new connections after the notice. Waits for what is under way, at most until the
   * deadline; then cuts the connections that are left.
   */
  close(deadlineMs: number, noticeMs?: number): Promise<void>;
}

/** The application with its edges, not yet listening. Signals are the caller's to handle. */
export async function createHttpApp(module: Type | DynamicModule, options: HttpOptions): Promise<HttpApp> {
  // Nest's own lines on its start help nobody who runs the service.
  const settings: NestApplicationOptions = { bodyParser: false, logger: ['fatal', 'error', 'warn'] };
  const app = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(options), settings);
  return configureHttpApp(app, options);
}

/** @param app made with the adapter of `createHttpAdapter` and `bodyParser: false`, not yet initialised. */
export function configureHttpApp(app: NestFastifyApplication, options: HttpOptions): HttpApp {
  const fastify = app.getHttpAdapter().getInstance();
  const draining = app.get(Draining, { strict: false });
  takeJsonOnly(fastify);
  if (options.observeRequest !== undefined) observeRequests(app, options.observeRequest);
  answerWithHeaders(app);
  refuseAtTheDoor(app, options);
  authenticateBeforeLargeBodies(app);
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (draining.isDraining) reply.header('connection', 'close');
    done();
  });
  const { server } = fastify;
  server.maxConnections = options.maxConnections;
  server.on('checkExpectation', (request, response) => {
    request.headers.expect = 'unsupported';
    server.emit('request', request, response);
  });
  app.setGlobalPrefix('api');
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
  serveDocs(app);
  return {
    app,
    drain: () => {
      draining.begin();
    },
    close: (deadlineMs, noticeMs = 0) => close(app, draining, deadlineMs, noticeMs),
  };
}

/** First of all hooks, so that what is refused at the door is seen as well. */
function observeRequests(app: NestFastifyApplication, observe: RequestObserver): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      observe(request, reply.raw, done);
    });
}

function answerWithHeaders(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      reply.headers(SECURITY_HEADERS).headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
      done();
    });
}

/** Before a byte of the body is read. */
function refuseAtTheDoor(app: NestFastifyApplication, options: HttpOptions): void {
  const isAllowed = webhookSources(options.webhookSources);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      const { host, expect, 'content-encoding': encoding } = request.headers;
      if (host === undefined && request.raw.httpVersion === '1.1') done(rawProblem(400));
      else if (expect === 'unsupported') done(rawProblem(417));
      else if (encoding !== undefined) {
        done(new ProblemException('unsupported_content_encoding', 'Bodies are taken as they are only.'));
      } else if (request.routeOptions.url === WEBHOOK_URL && !isAllowed(request.ip)) {
        done(new ProblemException('webhook_source_refused', 'Deliveries from this address are not taken.'));
      } else done();
    });
}

async function close(
  app: NestFastifyApplication,
  draining: Draining,
  deadlineMs: number,
  noticeMs: number,
): Promise<void> {
  draining.begin();
  const { server } = app.getHttpAdapter().getInstance();
  const deadline = setTimeout(() => {
    server.closeAllConnections();
  }, deadlineMs);
  try {
    if (noticeMs > 0) await sleep(noticeMs);
    await app.close();
  } finally {
    clearTimeout(deadline);
  }
}
