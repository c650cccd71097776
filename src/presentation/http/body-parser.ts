import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { WEBHOOK_URL } from './http-options';
import { ProblemException } from './problem';

type Fastify = ReturnType<ReturnType<NestFastifyApplication['getHttpAdapter']>['getInstance']>;

/** JSON and nothing else; the webhook keeps its bytes, because its signature is over them. */
export function takeJsonOnly(fastify: Fastify): void {
  fastify.removeAllContentTypeParsers();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (request.routeOptions.url === WEBHOOK_URL) {
      Object.assign(request, { rawBody: body });
      done(null, undefined);
      return;
    }
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    const text = decoded(body);
    if (text === null) {
      done(malformed(), undefined);
      return;
    }
    void parse(request, text, (error, value) => {
      done(error === null ? null : malformed(), value);
    });
  });
}

function decoded(body: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

function malformed(): ProblemException {
  return new ProblemException('malformed_json', 'The body could not be parsed.');
}
