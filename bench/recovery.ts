import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { untilClosed } from './ending';
import { overRounds, type Benchmark, type Figure } from './figures';
import { Cashdesk, DataFolder } from './processes/cashdesk';
import { Server } from './processes/start';
import { progress } from './progress';

const STUB = join(__dirname, 'processes/recovery-stub.js');
const FEW = 1_000;
const MANY = 10_000;
const ROUNDS = 3;
/** Milliseconds. */
const WITHIN = 300_000;
const IDLE_FOR = 3_000;

const CLEAR = 'TRUNCATE attempts, payments, domain_events, ledger_facts CASCADE';

const PAYMENTS = `
INSERT INTO payments (id, stripe_account, livemode, status, amount, currency, capturable, captured, capture_method,
  reference, purpose, allow_another, metadata, expires_at, stripe_payment_intent, created_at, updated_at, version)
SELECT 'pay_' || lpad(n::text, 26, '0'), 'acct_bench', false, 'requires_payment_method', 4999, 'gbp', 0, 0, 'automatic',
  'order_' || n, 'full', false, '{}', now() + interval '1 day',
  CASE WHEN n % 3 = 1 THEN 'pi_bench' || lpad(n::text, 26, '0') END, now(), now(), 1
FROM generate_series(1, $1::int) n`;

/** Those whose intents are known were about to be confirmed, the others to be made and charged. */
const ATTEMPTS = `
INSERT INTO attempts (id, stripe_account, livemode, payment_id, origin, actor, operation, request, idempotency_key, state,
  doubt, doubted_at, doubted_why, created_at, first_sent_at, next_check_at, checks)
SELECT replace(id, 'pay_', 'att_'), stripe_account, livemode, id, 'api', 'key:key_bench',
  CASE WHEN stripe_payment_intent IS NULL THEN 'create' ELSE 'confirm' END,
  CASE WHEN stripe_payment_intent IS NULL
    THEN '{"operation": "create", "paymentMethod": "pm_card_visa", "confirm": true, "returnUrl": null}'::jsonb
    ELSE '{"operation": "confirm", "paymentMethod": "pm_card_visa", "returnUrl": null}'::jsonb END,
  'cashdesk-' || replace(id, 'pay_', 'att_'), 'unknown', 'lost_answer', now(), 'the answer was lost', now(), now(), now(), 0
FROM payments`;

const LEFT = `SELECT count(*)::int AS left FROM attempts WHERE state <> 'succeeded'`;

interface Calls {
  readonly reads: number;
  readonly pages: number;
  readonly writes: number;
}

interface Recovered extends Calls {
  readonly seconds: number;
  /** Megabytes at most, above the idle service. */
  readonly grown: number;
}

/** Attempts in doubt after an outage: how long it takes until none is, by what calls, and how much memory. */
export async function benchmark(): Promise<Benchmark> {
  const stub = await Server.start(STUB);
  const close = untilClosed(() => stub.stop());
  const folder = new DataFolder();
  const stripeUrl = `http://127.0.0.1:${String(stub.port)}`;
  const service = await Cashdesk.start({ folder, stripeUrl });
  const database = new Client({ connectionString: service.databaseUrl });
  await database.connect();
  const recover = (count: number) => recovered(count, service, database, stripeUrl);
  try {
    progress('recovery: warming up');
    await recover(FEW);
    const [few, many]: [Recovered[], Recovered[]] = [[], []];
    for (let round = 1; round <= ROUNDS; round += 1) {
      progress(`recovery: round ${String(round)} of ${String(ROUNDS)}`);
      few.push(await recover(FEW));
      many.push(await recover(MANY));
    }
    const conditions = {
      rounds: ROUNDS,
      'attempts of few and of many': `${String(FEW)} and ${String(MANY)}`,
      node: process.version,
    };
    return { name: 'Recovery', conditions, figures: figuresOf(few, many) };
  } finally {
    await database.end();
    await service.stop();
    await folder.remove();
    await close();
  }
}

function figuresOf(few: readonly Recovered[], many: readonly Recovered[]): Figure[] {
  const of = (rounds: readonly Recovered[], count: number, name: keyof Recovered) =>
    rounds.map((each) => each[name] / count);
  const ratios = many.map((each, round) => each.seconds / MANY / ((few[round]?.seconds ?? Number.NaN) / FEW));
  return [
    overRounds('few, until none is in doubt', 's', of(few, 1, 'seconds')),
    overRounds('many, until none is in doubt', 's', of(many, 1, 'seconds')),
    overRounds('time for each, ratio of many to few', '', ratios, { most: 1.5 }),
    overRounds('many, memory above idle', 'MB', of(many, 1, 'grown'), { most: 64 }),
    // One in three had no effect, and was to be sent.
    overRounds('many, changing calls for each', '', of(many, MANY, 'writes'), { most: 0.34 }),
    overRounds(
      'many, questions for each',
      '',
      many.map(({ reads, pages }) => (reads + pages) / MANY),
      { most: 0.5 },
    ),
  ];
}

/** The service looks at its tables meanwhile: a deadlock ends one of the two, and it may be this one. */
async function clear(database: Client): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await database.query(CLEAR);
      return;
    } catch (error) {
      if (tries === 5 || (error as { code?: unknown }).code !== '40P01') throw error;
    }
  }
}

async function recovered(count: number, service: Cashdesk, database: Client, stripeUrl: string): Promise<Recovered> {
  await clear(database);
  await fetch(`${stripeUrl}/many/${String(count)}`, { method: 'POST' });
  await sleep(IDLE_FOR);
  const idle = service.residentMb();
  await database.query('BEGIN');
  await database.query(PAYMENTS, [count]);
  await database.query(ATTEMPTS);
  await database.query('COMMIT');
  const since = performance.now();
  let most = idle;
  for (;;) {
    await sleep(100);
    most = Math.max(most, service.residentMb());
    const { rows } = await database.query<{ left: number }>(LEFT);
    if (rows[0]?.left === 0) break;
    if (performance.now() - since > WITHIN) throw new Error(`${String(rows[0]?.left)} are still in doubt`);
  }
  const seconds = (performance.now() - since) / 1_000;
  const calls = (await (await fetch(`${stripeUrl}/calls`)).json()) as Calls;
  return { ...calls, seconds, grown: most - idle };
}
