import { setTimeout as sleep } from 'node:timers/promises';
import { overRounds, type Figure } from './figures';
import { WEBHOOK_SECRET } from './processes/cashdesk';
import { Helper } from './processes/helper';
import { EVENTS_PER_LIFE, type LivesOrder, type LivesReport } from './processes/lives';
import { progress } from './progress';
import type { WebhookHouse } from './webhook-house';

const CONNECTIONS = 16;
const EVENTS_PER_SECOND = 500;
const SECONDS = 21;
const LIVES = (EVENTS_PER_SECOND * SECONDS) / EVENTS_PER_LIFE;
/** The run is judged as a whole, and shown in as many parts. */
const PARTS = 7;
const WARM_UP_LIVES = 250;
/** So long after the load has stopped nothing may be left. */
const GRACE = 1_000;

export const APPLIED_CONDITIONS = {
  'lives of payments': LIVES,
  'events of each': EVENTS_PER_LIFE,
  'events a second': EVENTS_PER_SECOND,
};

/** From the storing of an event to its effect, over lives of payments that their payers pay. */
export async function applied(house: WebhookHouse): Promise<Figure[]> {
  const load = new Helper<LivesOrder, LivesReport>('lives.js');
  try {
    progress('webhooks: making the payments');
    const intents = await payments(house, WARM_UP_LIVES + LIVES);
    await live(house, load, intents.slice(0, WARM_UP_LIVES));
    await house.drained();
    await house.database.query('DELETE FROM webhook_events');
    progress(`webhooks: ${String(EVENTS_PER_SECOND)} events a second for ${String(SECONDS)} s`);
    const report = await live(house, load, intents.slice(WARM_UP_LIVES));
    await sleep(GRACE);
    const left = await house.waiting();
    await house.drained();
    return figuresOf(report, await delays(house), left);
  } finally {
    await load.stop();
  }
}

function live(house: WebhookHouse, load: Helper<LivesOrder, LivesReport>, intents: string[]) {
  return load.carryOut({
    port: house.cashdesk.port,
    secret: WEBHOOK_SECRET,
    stripeUrl: house.stripeUrl,
    connections: CONNECTIONS,
    intents,
    eventsPerSecond: EVENTS_PER_SECOND,
  });
}

/** Payments that wait to be paid by their payers. @returns their intents at Stripe. */
async function payments({ cashdesk }: WebhookHouse, count: number): Promise<string[]> {
  const intents: string[] = [];
  let made = 0;
  const make = async (): Promise<void> => {
    while (made < count) {
      made += 1;
      const reference = `lives ${String(made)}`;
      const answer = await fetch(`http://127.0.0.1:${String(cashdesk.port)}/api/v1/payments`, {
        method: 'POST',
        headers: { ...cashdesk.headers, 'Idempotency-Key': reference },
        body: JSON.stringify({ amount: 2_000, currency: 'gbp', reference }),
      });
      const { clientSecret } = (await answer.json()) as { clientSecret?: string };
      if (clientSecret === undefined) throw new Error(`a payment could not be made: ${String(answer.status)}`);
      intents.push(clientSecret.replace(/_secret_.*$/, ''));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, make));
  return intents;
}

/** Of each event in milliseconds, in the order of their coming; one in each life has no effect and is put away. */
async function delays(house: WebhookHouse): Promise<number[]> {
  const { rows } = await house.database.query<{ ms: number }>(
    `SELECT extract(epoch FROM processed_at - received_at)::float8 * 1000 AS ms FROM webhook_events
     WHERE status IN ('processed', 'ignored') ORDER BY received_at, id`,
  );
  return rows.map(({ ms }) => ms);
}

function figuresOf({ ms, events, answers }: LivesReport, all: readonly number[], left: number): Figure[] {
  const parts = Array.from({ length: PARTS }, (_, part) =>
    all.slice(Math.floor((part * all.length) / PARTS), Math.floor(((part + 1) * all.length) / PARTS)),
  );
  const over = (name: string, share: number): Figure =>
    overRounds(
      name,
      'ms',
      parts.map((part) => percentile(part, share)),
    );
  return [
    { name: 'load of known payments', unit: 'events/s', value: (events * 1_000) / ms },
    { name: 'answered after, p99', unit: 'ms', value: percentile(answers, 0.99) },
    { name: 'events that were worked on', unit: '', value: all.length, owed: { least: events } },
    over('accepted to applied, p50 of each part', 0.5),
    over('accepted to applied, p99 of each part', 0.99),
    { name: 'accepted to applied, p99', unit: 'ms', value: percentile(all, 0.99), owed: { most: 250 } },
    { name: 'left a second after the load', unit: 'events', value: left, owed: { most: 0 } },
  ];
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
