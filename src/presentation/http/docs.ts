import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { buildOpenApiDocument } from './openapi';
import { PROBLEM_TYPE, problemBody } from './problem';
import { problemCodes, PROBLEMS } from './problem-codes';
import { problemOf } from './unexpected-errors';

/** The UI has no inline script, but sets styles inline; its "try it out" asks this server. */
const DOCS_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** For people at `/docs`, for programs at `/docs/openapi.json`; what each problem means at `/docs/problems`. */
export function serveDocs(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    if (/^\/docs(?:[/?]|$)/.test(request.url)) reply.header('content-security-policy', DOCS_CSP);
    done();
  });
  // Routes that exist before the application is initialised do not get its filter.
  fastify.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/docs')) return;
    route.errorHandler = (error, request, reply) => {
      const problem = problemOf(error);
      void reply.status(problem.status).type(PROBLEM_TYPE).send(problemBody(problem, request.id));
    };
  });
  const page = problemsPage();
  fastify.get('/docs/problems', (_request, reply) => {
    void reply.type('text/html; charset=utf-8').send(page);
  });
  SwaggerModule.setup('docs', app, () => buildOpenApiDocument(app), {
    jsonDocumentUrl: 'docs/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Cashdesk API',
  });
}

function problemsPage(): string {
  const rows = problemCodes().map((code) => {
    const { status, title, advice } = PROBLEMS[code];
    return `<tr id="${code}"><td>${String(status)}</td><td><code>${code}</code></td><td>${title}</td><td>${advice}</td></tr>`;
  });
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Problems of the Cashdesk API</title>',
    '<style>body{font:16px sans-serif;margin:2em}td,th{padding:.3em 1em;text-align:left;vertical-align:top}</style>',
    '</head><body><h1>Problems</h1><table><tr><th>Status</th><th>Code</th><th>What happened</th><th>What to do</th></tr>',
    ...rows,
    '</table></body></html>',
  ].join('\n');
}
