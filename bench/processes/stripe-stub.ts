import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chargeOf, intentOf } from './stripe-objects';

/**
 * A Stripe that costs next to nothing: it makes the intent that is asked for, after the delay that was set last by
 * `POST /delay/<milliseconds>`. What it made it forgets, but for the path's id.
 */
let made = 0;
let delay = 0;

function answer(request: IncomingMessage, body: string): [status: number, body: unknown] {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const wait = /^\/delay\/(\d+)$/.exec(path)?.[1];
  if (wait !== undefined) {
    delay = Number(wait);
    return [200, {}];
  }
  if (path === '/v1/account') return [200, { id: 'acct_bench', object: 'account' }];
  const asked = new URLSearchParams(body);
  if (request.method === 'POST' && path === '/v1/payment_intents') {
    made += 1;
    const id = `pi_bench${process.pid.toString(36)}${made.toString(36).padStart(12, '0')}`;
    return [200, intentOf(id, asked, asked.get('confirm') === 'true' ? chargeOf(id, asked) : null)];
  }
  return [404, { error: { type: 'invalid_request_error', message: `the stub has no ${path}` } }];
}

function respond(response: ServerResponse, [status, body]: [number, unknown]): void {
  const text = JSON.stringify(body);
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  response.writeHead(status, { ...headers, 'Request-Id': `req_bench${String(made)}` }).end(text);
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const answered = answer(request, Buffer.concat(chunks).toString());
    if (delay === 0) respond(response, answered);
    else setTimeout(respond, delay, response, answered);
  });
});
server.keepAliveTimeout = 60_000;

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${String((server.address() as AddressInfo).port)}\n`);
});
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
