import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { join } from 'node:path';
import { untilClosed } from './ending';
import type { Benchmark, Figure } from './figures';
import { Cashdesk, DataFolder, freePort, WEBHOOK_SECRET } from './processes/cashdesk';
import { Helper } from './processes/helper';
import type { ShopOrder, ShopReport } from './processes/shop';
import { Server } from './processes/start';
import { progress } from './progress';

const STRIPE = join(__dirname, '../src/infrastructure/stripe-simulator/main.js');
const ORDERS_A_SECOND = 10;
const BEFORE = 10;
const OUTAGE = 60;
const AFTER = 10;
const SECOND = 1_000;
const PATIENCE = 300 * SECOND;
const SETTLED_WITHIN = 180 * SECOND;
/** What the service may ask of Stripe in a second, and the most that a second of the clock may show of it. */
const RATE = 25;

/** What becomes of requests while Stripe is away: some had their effect, and nobody is told. */
const AWAY = [
  { kind: 'timeout_after_effect', probability: 0.1 },
  { kind: 'timeout_before_effect', probability: 0.1 },
  { kind: 'reset_after_effect', probability: 0.2 },
  { kind: 'error_after_effect', status: 500, probability: 0.2 },
  { kind: 'error', status: 503 },
] as const;

/** One request that reached Stripe. */
interface Call {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
}

/** Stripe goes away under load and comes back; the load goes on. */
export async function benchmark(): Promise<Benchmark> {
  const [folder, port] = [new DataFolder(), await freePort()];
  const webhook = `http://127.0.0.1:${String(port)}/api/v1/webhooks/stripe`;
  const told = ['--webhook-url', webhook, '--webhook-secret', WEBHOOK_SECRET];
  const stripe = await Server.start(STRIPE, ['--port', '0', '--exit-with-stdin', ...told], [], 'any');
  const closeStripe = untilClosed(() => stripe.stop());
  const stripeUrl = `http://127.0.0.1:${String(stripe.port)}`;
  const env = { STRIPE_REQUESTS_PER_SECOND: String(RATE) };
  const cashdesk = await Cashdesk.start({ folder, stripeUrl, port, env });
  const shop = new Helper<ShopOrder, ShopReport>('shop.js');
  try {
    const { port, headers } = cashdesk;
    const seconds = BEFORE + OUTAGE + AFTER;
    const selling = shop.carryOut({ port, headers, perSecond: ORDERS_A_SECOND, seconds, patience: PATIENCE });
    progress(`outage: ${String(ORDERS_A_SECOND)} orders a second`);
    await sleep(BEFORE * SECOND);
    progress(`outage: Stripe is away for ${String(OUTAGE)} s`);
    for (const fault of AWAY) await control(stripeUrl, 'faults', { ...fault, times: 0, forMs: OUTAGE * SECOND });
    await sleep(OUTAGE * SECOND);
    const back = Date.now();
    progress('outage: Stripe is back');
    const settled = await settledAt(cashdesk.databaseUrl, back + AFTER * SECOND);
    const report = await selling;
    const calls = (await control(stripeUrl, 'journal')) as readonly Call[];
    return {
      name: 'Outage',
      conditions: { 'orders a second': ORDERS_A_SECOND, 'Stripe was away for (s)': OUTAGE, 'rate allowed': RATE },
      figures: figuresOf(report, calls, { back, settled: Math.max(settled, report.lastKnownAt) }),
    };
  } finally {
    await shop.stop();
    await cashdesk.stop();
    await closeStripe();
    await folder.remove();
  }
}

function figuresOf(report: ShopReport, calls: readonly Call[], { back, settled }: { back: number; settled: number }) {
  const creations = calls.filter(({ method, path }) => method === 'POST' && path === '/v1/payment_intents');
  const reads = calls.filter(({ method, path }) => method === 'GET' && path.startsWith('/v1/payment_intents'));
  const seconds = new Map<number, number>();
  for (const { at } of calls.filter(({ at }) => Date.parse(at) >= back)) {
    const second = Math.floor(Date.parse(at) / SECOND);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  const figures: Figure[] = [
    { name: 'orders', unit: '', value: report.orders },
    { name: 'orders that ended as paid', unit: '', value: report.paid, owed: { least: report.orders } },
    { name: 'everything settled after', unit: 's', value: (settled - back) / SECOND, owed: { most: 60 } },
    {
      name: 'mutating calls for each payment',
      unit: '',
      value: creations.length / new Set(creations.map(({ idempotencyKey }) => idempotencyKey)).size,
      owed: { most: 1.2 },
    },
    { name: 'reads of intents for each payment', unit: '', value: reads.length / report.orders },
    {
      name: 'calls in the busiest second after it',
      unit: '',
      value: Math.max(...seconds.values()),
      // A bucket that is full at the beginning of a second is filled once more until its end.
      owed: { most: 2 * RATE },
    },
    ...Object.entries(report.answers).map(([status, count]): Figure => {
      return { name: `answers ${status === '0' ? 'that never came' : status}`, unit: '', value: count };
    }),
  ];
  return figures;
}

/** When nothing was in doubt any more, once the load is over. */
async function settledAt(databaseUrl: string, notBefore: number): Promise<number> {
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const until = Date.now() + SETTLED_WITHIN;
    while (Date.now() < until) {
      const { rows } = await database.query<{ open: number }>(
        `SELECT (SELECT count(*) FROM attempts WHERE state IN ('prepared', 'sent', 'unknown'))
           + (SELECT count(*) FROM webhook_events WHERE status = 'received') AS open`,
      );
      if (Number(rows[0]?.open) === 0 && Date.now() >= notBefore) return Date.now();
      await sleep(200);
    }
    throw new Error(`not everything was settled within ${String(SETTLED_WITHIN / SECOND)} s`);
  } finally {
    await database.end();
  }
}

async function control(stripeUrl: string, path: string, body?: object): Promise<unknown> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(`${stripeUrl}/_simulator/${path}`, init);
  if (!answer.ok) throw new Error(`the simulator did not take ${path}: ${await answer.text()}`);
  return answer.json();
}
