import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Boundaries } from './boundaries';

interface Target {
  readonly host?: string;
  readonly port?: number | string;
  readonly method?: string;
  readonly path?: string;
}

type Request = (target: Target, ...rest: unknown[]) => ClientRequest;

/** Makes each request to Stripe a boundary: before it leaves, and when its answer was read. */
export function watchStripe(boundaries: Boundaries, apiUrl: string): void {
  const { hostname, port } = new URL(apiUrl);
  for (const module of [http, https] as unknown as { request: Request }[]) {
    const send = module.request.bind(module);
    module.request = (target, ...rest) => {
      if (target.host !== hostname || String(target.port) !== port) return send(target, ...rest);
      const what = `stripe ${target.method ?? 'GET'} ${shapeOf(target.path ?? '/')}`;
      boundaries.before(what);
      const request = send(target, ...rest);
      // Added first, so heard before the SDK hears of it.
      request.once('response', (answer: IncomingMessage) => {
        answer.once('end', () => {
          boundaries.after(what);
        });
      });
      return request;
    };
  }
}

/** A path without its ids, which have digits or capitals; the names of resources have none. */
export function shapeOf(path: string): string {
  const [plain = ''] = path.split('?');
  return plain
    .split('/')
    .map((part) => (/^[a-z]+_\w*[\dA-Z]/.test(part) ? ':id' : part))
    .join('/');
}
