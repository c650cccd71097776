import { Client } from 'pg';
import { IS_LONG, shuffled } from '../support/fault-suite';
import { House } from '../support/house';
import { overOneConnection, query } from '../support/query';
import { eventually, token, type Answer, type RunningService } from '../support/running-service';
import { letTimePass } from '../support/time-passes';

const PAYMENTS = '/api/v1/payments';
const REFUNDS = '/api/v1/refunds';
const INTENTS = '/v1/payment_intents';
const VISA = { amount: 4_999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };

/** All that speaks of money, or of what was done. */
const TABLES = [
  'payments',
  'attempts',
  'refunds',
  'sagas',
  'jobs',
  'dead_jobs',
  'domain_events',
  'idempotency_records',
  'webhook_events',
  'ledger_facts',
  'ledger_transactions',
  'ledger_postings',
  'balance_transactions',
];

/*
 * The sleeper is stopped with SIGSTOP in the middle of its work, with its connections open: for all others it is a process
 * that takes long. Its lease runs out, another does the work, and then it goes on as if nothing had been.
 */
describe('an instance that sleeps through its lease', () => {
  let house: House;
  let sleeper: RunningService;
  beforeEach(async () => {
    house = await House.build();
    // Until the other is there nobody would take them; the sleeper fetches those of its time by itself.
    await house.stripe.pauseWebhooks();
  });
  afterEach(() => house.tearDown());

  async function openSleeper(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const patient = { STRIPE_TIMEOUT_MS: '20000', MISSED_EVENTS_POLL_MS: '300' };
    sleeper = await house.openAnother({ env: { ...patient, ...env } });
  }

  async function wakeAnother(env: Readonly<Record<string, string>> = {}): Promise<RunningService> {
    const other = await house.open({ env });
    await house.stripe.resumeWebhooks();
    await letTimePass(house.database.url);
    return other;
  }

  /** Sends it to sleep once Stripe works on what it asked, and lets Stripe's answer wait for it. */
  async function sleepDuring(method: string, path: string): Promise<void> {
    await eventually(async () => expect(await outcomes(method, path)).toEqual(['running']));
    sleeper.suspend();
    await eventually(async () => expect(await outcomes(method, path)).toEqual(['done']));
  }

  async function slow(method: string, path: string): Promise<void> {
    await house.stripe.clearJournal();
    await house.stripe.fault({ kind: 'delay', ms: 1_500, match: { method, path } });
  }

  async function outcomes(method: string, path: string): Promise<string[]> {
    const met = (await house.stripe.journal({ method, path })).filter(({ fault }) => fault !== null);
    return met.map(({ outcome }) => outcome);
  }

  function everything(): Promise<Record<string, string[]>> {
    const { url } = house.database;
    return overOneConnection(url, async () => {
      const rows: Record<string, string[]> = {};
      for (const table of TABLES) {
        const found = await query(url, `SELECT t::text AS row FROM ${table} t ORDER BY 1`);
        rows[table] = found.map(({ row }) => String(row));
      }
      return rows;
    });
  }

  /** @returns what its caller got at last. */
  async function wakesToNothing<T>(caller: Promise<T>): Promise<T> {
    await house.assertOracles();
    const before = await everything();
    sleeper.resume();
    const answer = await caller;
    // It ends once all that it had under way has come to its end.
    await sleeper.stop();
    expect(sleeper.exitCode).toBe(0);
    expect(await everything()).toEqual(before);
    await house.assertOracles();
    return answer;
  }

  const nobody = Promise.resolve();
  const shown = async (id: unknown) => (await house.service.get(`${PAYMENTS}/${String(id)}`)).body;

  async function paid(more: object = {}): Promise<Record<string, unknown>> {
    const { status, body } = await sleeper.post(PAYMENTS, 'paid', { ...VISA, reference: 'paid', ...more });
    expect(status).toBe(201);
    return body;
  }

  async function refundInDashboard(amount: number): Promise<void> {
    const [intent] = (await house.stripe.state()).payment_intents;
    await fetch(`${house.stripeUrl}/v1/refunds`, {
      method: 'POST',
      body: new URLSearchParams({ payment_intent: String(intent?.id), amount: String(amount) }),
      headers: { authorization: 'Bearer sk_test_somebody' },
    });
  }

  const settled = () =>
    eventually(async () => {
      const waiting = "SELECT count(*)::int AS n FROM webhook_events WHERE status = 'received'";
      expect(await query(house.database.url, waiting)).toEqual([{ n: 0 }]);
    });

  const sagaOf = (refund: unknown) => query(house.database.url, 'SELECT state FROM sagas WHERE subject = $1', [refund]);

  async function completed(refund: unknown): Promise<void> {
    await eventually(async () => expect(await sagaOf(refund)).toEqual([{ state: 'completed' }]));
  }

  /** A transaction with a lock in it, of somebody else. */
  async function held(sql: string): Promise<Client> {
    const client = new Client({ connectionString: house.database.url });
    await client.connect();
    await client.query('BEGIN');
    await client.query(sql);
    return client;
  }

  /** Sends it to sleep when its statement waits for the lock, which is then there for nobody but its connection. */
  async function sleepBehind(lock: Client, statement: string): Promise<void> {
    const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%'`;
    try {
      await eventually(async () => expect(await query(house.database.url, waiting, [statement])).toEqual([{ n: 1 }]));
      sleeper.suspend();
    } finally {
      await lock.end();
    }
  }

  const scenes: [name: string, run: () => Promise<void>][] = [];
  const scene = (name: string, run: () => Promise<void>) => scenes.push([name, run]);

  scene('while it reads what an event is about: what it saw is old by then, and is not stored', async () => {
    await openSleeper();
    const { id } = await paid();
    await settled();
    await slow('GET', `${INTENTS}/:id`);
    await refundInDashboard(1_000);
    await sleepDuring('GET', `${INTENTS}/:id`);
    await refundInDashboard(500);
    await wakeAnother();
    await eventually(async () => expect(await shown(id)).toMatchObject({ refundedAmount: 1_500 }));
    await wakesToNothing(nobody);
    expect(await shown(id)).toMatchObject({ refundedAmount: 1_500 });
  });

  const charging = (timeout: string) => async () => {
    await openSleeper({ STRIPE_TIMEOUT_MS: timeout });
    await slow('POST', INTENTS);
    const body = { ...VISA, reference: 'slept', captureMethod: 'manual' };
    const caller = sleeper.post(PAYMENTS, 'the key', body);
    await sleepDuring('POST', INTENTS);
    const other = await wakeAnother();
    const again = await eventually(async () => {
      const answer = await other.post(PAYMENTS, 'the key', body);
      expect(answer).toMatchObject({ status: 201, body: { status: 'authorized' } });
      return answer;
    });
    const path = `${PAYMENTS}/${String(again.body.id)}/capture`;
    expect(await other.post(path, 'capture', {})).toMatchObject({ status: 200, body: { status: 'succeeded' } });
    const answer: Answer = await wakesToNothing(caller);
    expect(answer).toMatchObject({ status: 201, body: { id: again.body.id, status: 'succeeded' } });
    expect((await other.post(PAYMENTS, 'the key', body)).text).toBe(again.text);
  };
  scene('while it charges: woken by Stripe’s answer, it tells its caller what the other found', charging('20000'));
  scene('while it charges: woken by its time limit, it tells its caller what the other found', charging('2500'));

  scene('while it refunds: what failed at the bank meanwhile does not succeed again', async () => {
    await openSleeper();
    const { id } = await paid();
    await slow('POST', '/v1/refunds');
    const caller = sleeper.post(REFUNDS, 'refund', { paymentId: id, amount: 700 });
    await sleepDuring('POST', '/v1/refunds');
    const other = await wakeAnother();
    const [there] = (await house.stripe.state()).refunds;
    const refund = async () => (await other.get(`${REFUNDS}?paymentId=${String(id)}`)).body.data;
    await eventually(async () => expect(await refund()).toMatchObject([{ status: 'succeeded' }]));
    await house.stripe.decideRefund(String(there?.id), 'fail', 'lost_or_stolen_card');
    await eventually(async () => expect(await refund()).toMatchObject([{ status: 'failed' }]));
    expect((await wakesToNothing(caller)).body).toMatchObject({ status: 'failed' });
  });

  scene('in the middle of a step of a saga: its result is dropped', async () => {
    await openSleeper();
    const { id } = await paid();
    await settled();
    const lock = await held('LOCK TABLE ledger_transactions IN ACCESS EXCLUSIVE MODE');
    const { body } = await sleeper.post(REFUNDS, 'refund', { paymentId: id, amount: 700 });
    await sleepBehind(lock, 'FROM ledger_transactions WHERE subject');
    await wakeAnother();
    await completed(body.id);
    await wakesToNothing(nobody);
  });

  scene('in the middle of a transaction: the database ends that, and the other goes on', async () => {
    await openSleeper({ DATABASE_STATEMENT_TIMEOUT_MS: '2000' });
    const { id } = await paid();
    await settled();
    const sue = await token({ role: 'support', subject: 'sue' });
    const { body } = await sleeper.post(REFUNDS, 'refund', { paymentId: id, amount: 700 }, sue);
    await eventually(async () => expect(await sagaOf(body.id)).toMatchObject([{ state: 'waiting' }]));
    const lock = await held('SELECT FROM sagas FOR UPDATE');
    const fred = await token({ role: 'finance', subject: 'fred' });
    await sleeper.post(`${REFUNDS}/${String(body.id)}/approve`, 'approve', {}, fred);
    await sleepBehind(lock, 'FROM sagas WHERE id = $1 FOR UPDATE');
    await wakeAnother();
    await completed(body.id);
    await wakesToNothing(nobody);
  });

  const chosen = IS_LONG ? scenes : shuffled(scenes, ([name]) => name).slice(0, 1);
  it.each(chosen)('%s', async (_name, run) => run());
});
