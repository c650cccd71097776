import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closeOnSignals } from '../bench/ending';
import { Cashdesk, DataFolder } from '../bench/processes/cashdesk';
import { Server } from '../bench/processes/start';
import { shown, type Trace } from './trace/steps';

const INSTRUMENT = join(__dirname, 'trace/instrument.js');
const STUB = join(__dirname, '../bench/processes/stripe-stub.js');
const ID = '[^/]+';

/** What may be asked for, and the requests of the service that are it. */
const KINDS: Readonly<Record<string, { readonly method: string; readonly path: RegExp }>> = {
  create: { method: 'POST', path: /^\/api\/v1\/payments$/ },
  charge: { method: 'POST', path: /^\/api\/v1\/payments$/ },
  confirm: { method: 'POST', path: new RegExp(`^/api/v1/payments/${ID}/confirm$`) },
  capture: { method: 'POST', path: new RegExp(`^/api/v1/payments/${ID}/capture$`) },
  get: { method: 'GET', path: new RegExp(`^/api/v1/payments/${ID}$`) },
  list: { method: 'GET', path: /^\/api\/v1\/payments$/ },
  webhook: { method: 'POST', path: /^\/api\/v1\/webhooks\/stripe$/ },
};

const CONFIRM = { paymentMethod: 'pm_card_visa', returnUrl: 'https://shop.example/back' };

const USAGE = `npm run trace -- <${Object.keys(KINDS).join(' | ')}> [--requests 100] [--stripe-delay 100]

Runs the built service, sends it requests one after another, and shows where the median and the slowest one spent their
time. Stripe is the simulator; with --stripe-delay, for create and charge, a stub that takes so many milliseconds.
`;

async function main(): Promise<void> {
  const options = { requests: { type: 'string', default: '100' }, 'stripe-delay': { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const kind = KINDS[positionals[0] ?? ''];
  const delay = values['stripe-delay'];
  if (kind === undefined || (delay !== undefined && !['create', 'charge'].includes(positionals[0] ?? ''))) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  closeOnSignals();
  const traces = await tracesOf(positionals[0] ?? '', Number(values.requests), delay);
  const asked = traces.filter(({ method, path }) => method === kind.method && kind.path.test(path));
  // The first ones wait for what is compiled and connected only once.
  const warm = asked.slice(Math.floor(asked.length / 2)).sort((one, other) => one.total - other.total);
  const [median, slowest] = [warm[Math.floor(warm.length / 2)], warm.at(-1)];
  if (median === undefined || slowest === undefined) throw new Error('no such request was answered');
  process.stdout.write(`${shown('The median', median)}\n${shown('The slowest', slowest)}`);
}

async function tracesOf(kind: string, requests: number, delay: string | undefined): Promise<Trace[]> {
  const folder = new DataFolder();
  const file = join(folder.path, 'traces.jsonl');
  const stub = delay === undefined ? null : await Server.start(STUB);
  const stripeUrl = stub === null ? null : `http://127.0.0.1:${String(stub.port)}`;
  if (stripeUrl !== null) await fetch(`${stripeUrl}/delay/${delay ?? ''}`, { method: 'POST' });
  const service = await Cashdesk.start({
    folder,
    nodeOptions: ['--require', INSTRUMENT],
    env: { TRACE_FILE: file },
    ...(stripeUrl === null ? {} : { stripeUrl }),
  });
  try {
    for (let n = 1; n <= requests; n += 1) await carryOut(kind, service, String(n));
  } finally {
    await service.stop();
    await stub?.stop();
  }
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  await folder.remove();
  return lines.map((line) => JSON.parse(line) as Trace);
}

/** Whatever must be there before it, then what was asked for. Webhooks come by themselves, after a charge. */
async function carryOut(kind: string, service: Cashdesk, n: string): Promise<void> {
  if (kind === 'list') {
    if (n === '1') await create(service, n, true);
    await send(service, 'GET', '', n);
    return;
  }
  const charged = kind === 'charge' || kind === 'capture' || kind === 'webhook';
  const id = await create(service, n, charged, kind === 'capture' ? 'manual' : 'automatic');
  if (kind === 'confirm') await send(service, 'POST', `/${id}/confirm`, `${n}-then`, CONFIRM);
  if (kind === 'capture') await send(service, 'POST', `/${id}/capture`, `${n}-then`, {});
  if (kind === 'get') await send(service, 'GET', `/${id}`, n);
}

async function create(service: Cashdesk, n: string, confirm: boolean, captureMethod = 'automatic'): Promise<string> {
  const charge = confirm ? { paymentMethod: 'pm_card_visa', confirm } : {};
  const body = { amount: 4_999, currency: 'gbp', reference: `order_${n}`, captureMethod, ...charge };
  return (await send(service, 'POST', '', n, body)).id ?? '';
}

async function send(
  { port, headers }: Cashdesk,
  method: string,
  path: string,
  key: string,
  body?: object,
): Promise<{ id?: string }> {
  const response = await fetch(`http://127.0.0.1:${String(port)}/api/v1/payments${path}`, {
    method,
    headers: { ...headers, ...(method === 'POST' ? { 'Idempotency-Key': `trace-${key}` } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${await response.text()}`);
  return (await response.json()) as { id?: string };
}

void main();
