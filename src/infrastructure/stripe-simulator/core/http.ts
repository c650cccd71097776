import type { IncomingMessage, ServerResponse } from 'node:http';

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const MAX_BODY = 1_000_000;

export class BodyTooLarge extends Error {}

export async function readBody(request: IncomingMessage, most = MAX_BODY): Promise<string> {
  return (await readBytes(request, most)).toString('utf8');
}

/** By events: as an asynchronous iterator a request costs several times as much. */
export function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else reject(new BodyTooLarge(`the request body is larger than ${String(most / 1_000_000)} MB`));
    });
    request.once('end', () => {
      resolve(Buffer.concat(chunks));
    });
    request.once('error', reject);
  });
}

export function json(status: number, value: unknown): HttpAnswer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value, null, 2) };
}

export function html(status: number, body: string): HttpAnswer {
  return { status, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body };
}

export function redirect(location: string): HttpAnswer {
  return { status: 303, headers: { Location: location }, body: '' };
}

/** Resolves once the answer has left, or cannot. */
export function send(response: ServerResponse, answer: HttpAnswer): Promise<void> {
  // Who asked has hung up already: no event will tell.
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.writeHead(answer.status, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) });
    response.end(answer.body, () => {
      resolve();
    });
  });
}

/** The connection breaks in the middle of the answer. */
export function sendHalf(response: ServerResponse, answer: HttpAnswer): void {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': String(bytes.length) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
