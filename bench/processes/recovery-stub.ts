import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chargeOf, intentOf } from './stripe-objects';

/**
 * A Stripe that has made some of what is in doubt: of each three attempts, numbered in their ids, the first is about an
 * intent that is known, the second made one that only the list shows, and the third had no effect. `POST /many/<count>` says
 * how many there are; `GET /calls` what was asked since.
 */
const PAGE = 100;
let many = 0;
const calls = { reads: 0, pages: 0, writes: 0 };

const digits = (n: number): string => String(n).padStart(26, '0');
const numberIn = (id: string): number => Number(/(\d+)$/.exec(id)?.[1]);

function made(n: number): object {
  const asked = new URLSearchParams({
    amount: '4999',
    currency: 'gbp',
    payment_method: 'pm_card_visa',
    'metadata[cashdesk_payment]': `pay_${digits(n)}`,
    'metadata[cashdesk_attempt]': `att_${digits(n)}`,
  });
  const id = `pi_bench${digits(n)}`;
  return intentOf(id, asked, chargeOf(id, asked));
}

/** Newest first, as Stripe lists. */
function page(after: string | null): object {
  calls.pages += 1;
  const data: object[] = [];
  let n = after === null ? many : numberIn(after) - 1;
  for (; n > 0 && data.length < PAGE; n -= 1) if (n % 3 !== 0) data.push(made(n));
  return { object: 'list', url: '/v1/payment_intents', data, has_more: n > 0 };
}

function answer({ method, url = '', headers }: IncomingMessage): [status: number, body: unknown] {
  const { pathname: path, searchParams } = new URL(url, 'http://stub');
  const count = /^\/many\/(\d+)$/.exec(path)?.[1];
  if (count !== undefined) {
    many = Number(count);
    Object.assign(calls, { reads: 0, pages: 0, writes: 0 });
    return [200, {}];
  }
  if (path === '/calls') return [200, calls];
  if (path === '/v1/account') return [200, { id: 'acct_bench', object: 'account' }];
  if (method === 'GET' && path === '/v1/payment_intents') return [200, page(searchParams.get('starting_after'))];
  if (method === 'GET' && path.startsWith('/v1/payment_intents/')) {
    calls.reads += 1;
    return [200, made(numberIn(path))];
  }
  if (method === 'POST' && path === '/v1/payment_intents') {
    calls.writes += 1;
    return [200, made(numberIn(String(headers['idempotency-key'])))];
  }
  return [404, { error: { type: 'invalid_request_error', message: `the stub has no ${path}` } }];
}

function respond(response: ServerResponse, [status, body]: [number, unknown]): void {
  const text = JSON.stringify(body);
  const length = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  response.writeHead(status, { ...length, 'Request-Id': 'req_bench' }).end(text);
}

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    respond(response, answer(request));
  });
});
server.keepAliveTimeout = 60_000;

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${String((server.address() as AddressInfo).port)}\n`);
});
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
