import { IS_LONG, report } from '../support/fault-suite';
import { query } from '../support/query';
import { eventually, type Answer } from '../support/running-service';
import { Street } from '../support/street';
import { expectComingAgain, TimedAnswers } from '../support/timed-answers';

const CLIENTS = 200;
const VISA = { amount: 4_999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };

/** Milliseconds that Stripe takes. */
const SLOW = 1_000;
const ENV = {
  DATABASE_POOL_SIZE: '2',
  DATABASE_ACQUIRE_TIMEOUT_MS: '1000',
  DATABASE_STATEMENT_TIMEOUT_MS: '1000',
  STRIPE_TIMEOUT_MS: '4000',
  // Else that cap is what they wait for.
  STRIPE_REQUESTS_PER_SECOND: '2000',
};

const IDLE_IN_TRANSACTION = `
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - state_change)) * 1000, 0)::int AS milliseconds
FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'cashdesk' AND state LIKE 'idle in transaction%'`;

describe('two hundred clients of a service with two connections to its database', () => {
  let street: Street;
  let timed: TimedAnswers;
  beforeAll(async () => {
    street = await Street.build({ instances: 1, env: ENV });
    await street.open();
  }, 60_000);
  beforeEach(async () => {
    timed = new TimedAnswers();
    await street.stripe.fault({
      kind: 'delay',
      ms: SLOW,
      match: { path: '/v1/payment_intents', method: 'POST' },
      times: 0,
    });
  });
  afterEach(async () => {
    await street.mend();
    await street.assertOracles();
  });
  afterAll(() => street.tearDown());

  const way = () => street.instances[0]!.ways.postgres;
  const references = (what: string, count = CLIENTS) => Array.from({ length: count }, (_, n) => `${what} ${String(n)}`);
  const pay = (reference: string): Promise<Answer> =>
    timed.of(street.instances[0]!.service.post('/api/v1/payments', reference, { ...VISA, reference }));
  const sentToStripe = () => street.stripe.journal({ method: 'POST', path: '/v1/payment_intents' });

  async function untilPaid(reference: string): Promise<void> {
    await eventually(async () => {
      const answer = await pay(reference);
      if (answer.status !== 201) {
        expectComingAgain(answer);
        throw new Error(answer.text);
      }
      expect(answer.body).toMatchObject({ status: 'succeeded', reference });
    }, 40_000);
  }

  /** One charge each, by what Stripe has. */
  async function expectChargedOnce(orders: readonly string[]): Promise<void> {
    const { charges } = await street.stripe.state();
    const rows = await query(
      street.postgres.url,
      'SELECT reference, stripe_payment_intent AS intent FROM payments WHERE reference = ANY ($1)',
      [orders],
    );
    const ofOrder = (order: string) => rows.filter(({ reference }) => reference === order).map(({ intent }) => intent);
    const charged = orders.map((order) => {
      const intents = ofOrder(order);
      return charges.filter(({ status, payment_intent: of }) => status === 'succeeded' && intents.includes(of)).length;
    });
    expect(charged).toEqual(orders.map(() => 1));
  }

  it('are served while Stripe is slow, and no connection idles in a transaction meanwhile', async () => {
    const orders = references('slow');
    const flood = { isOver: false };
    const idle: number[] = [];
    const watching = (async () => {
      while (!flood.isOver) {
        const [row] = await query(street.postgres.url, IDLE_IN_TRANSACTION);
        idle.push(Number(row?.milliseconds));
      }
    })();
    const answers = await Promise.all(orders.map(pay)).finally(() => (flood.isOver = true));
    await watching;
    for (const answer of answers) if (answer.status !== 201) expectComingAgain(answer);
    report('200 clients, two connections, a slow Stripe', [
      ...timed.rows(),
      ['longest idle in a transaction', idle.length, `${String(Math.max(...idle))} ms`],
    ]);
    // A transaction around a call to Stripe would be idle for as long as that takes.
    expect(Math.max(...idle)).toBeLessThan(SLOW);
    await Promise.all(orders.map(untilPaid));
    await expectChargedOnce(orders);
  }, 90_000);

  const itLong = IS_LONG ? it : it.skip;

  itLong(
    'are turned away while both connections hang, and end up paid once',
    async () => {
      const [early, late] = [references('at Stripe', CLIENTS / 4), references('too late', CLIENTS)];
      const before = (await sentToStripe()).length;
      const answers = early.map(pay);
      await eventually(async () => expect((await sentToStripe()).length).toBe(before + early.length));
      way().blackhole();
      // All of them are answered before anything is mended.
      for (const answer of await Promise.all([...answers, ...late.map(pay)])) {
        if (answer.status !== 201) expectComingAgain(answer);
      }
      report('two connections that hang', timed.rows());
      way().calm();
      await street.stripe.clearFaults();
      await Promise.all([...early, ...late].map(untilPaid));
      await expectChargedOnce([...early, ...late]);
    },
    90_000,
  );
});
