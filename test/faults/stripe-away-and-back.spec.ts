import { setTimeout as sleep } from 'node:timers/promises';
import { IS_LONG } from '../support/fault-suite';
import { House } from '../support/house';
import { query } from '../support/query';
import { eventually, type Answer } from '../support/running-service';

/** Their rules are held in test/resilience in any form; here they take their time in a real process. */
const inTheLongForm = IS_LONG ? it : it.skip;

let house: House;
beforeEach(async () => {
  house = await House.build();
});
afterEach(async () => {
  await house.assertOracles();
  await house.tearDown();
});

let numbered = 0;
function pay(given: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
  numbered += 1;
  const key = `key-${String(numbered)}`;
  return payAgain(key, { reference: `order_${String(numbered)}`, ...given }, headers);
}

const CHARGE = { paymentMethod: 'pm_card_visa', confirm: true };

function payAgain(key: string, given: object, headers: Record<string, string> = {}): Promise<Answer> {
  const body = JSON.stringify({ amount: 4_999, currency: 'gbp', ...given });
  const authorization = `Bearer ${house.apiKey}`;
  return house.service.send('POST', '/api/v1/payments', body, { authorization, 'idempotency-key': key, ...headers });
}

const breakers = async () => {
  const { body } = await house.service.get('/api/health');
  return (body as { details: { breakers: { degraded: boolean; detail: string | null } } }).details.breakers;
};
const posts = async () =>
  (await house.stripe.journal({ method: 'POST' })).filter(({ path }) => path.startsWith('/v1/'));
const stored = () => query(house.database.url, 'SELECT id FROM payments');

/** Until the breaker of payments is as it is said; a charge is made each time, as shops do. */
async function untilBreaker(open: boolean): Promise<void> {
  await eventually(async () => {
    await pay(CHARGE);
    const { degraded, detail } = await breakers();
    if (degraded !== open || (open && detail?.includes('payment open') !== true)) throw new Error(String(detail));
  }, 20_000);
}

it('an outage opens the breaker: payments get 503 at once, the rest goes on, and its end is found out by one call', async () => {
  await house.open({ env: { LOG_LEVEL: 'info' } });
  const before = await pay(CHARGE);
  await house.stripe.fault({ kind: 'error', status: 503, times: 0, match: { method: 'POST' } });
  await untilBreaker(true);

  const sent = (await posts()).length;
  const known = (await stored()).length;
  const refused = await Promise.all(Array.from({ length: 20 }, () => pay(CHARGE)));
  expect(new Set(refused.map(({ status, body }) => `${String(status)} ${String(body.code)}`))).toEqual(
    new Set(['503 stripe_unreachable']),
  );
  const wait = Number(refused[0]?.headers.get('retry-after'));
  expect(wait).toBeGreaterThanOrEqual(1);
  expect(wait).toBeLessThanOrEqual(6);
  expect([(await posts()).length, (await stored()).length]).toEqual([sent, known]);
  expect((await house.service.get(`/api/v1/payments/${String(before.body.id)}`)).status).toBe(200);
  expect((await house.service.get('/api/health/ready')).status).toBe(200);

  const { text: figures } = await house.service.get('/api/metrics');
  expect(figures).toContain('cashdesk_breaker_state{gateway="payment",state="open"} 1');
  expect(figures).toMatch(
    /cashdesk_stripe_call_seconds_count\{gateway="payment",operation="create",class="unknown"\} \d/,
  );
  expect(figures).toMatch(/cashdesk_stripe_calls_turned_away\{gateway="payment",why="open"\} \d/);
  expect(figures).toContain('cashdesk_jobs{state="dead"} 0');
  expect(figures).toContain('cashdesk_database_connections{use="limit"} 20');

  const accepted = await pay({}, { prefer: 'respond-async' });
  expect([accepted.status, accepted.headers.get('preference-applied')]).toEqual([202, 'respond-async']);
  expect(accepted.body).toMatchObject({ status: 'requires_payment_method', clientSecret: null });

  await house.stripe.clearFaults();
  await untilBreaker(false);
  const id = String(accepted.body.id);
  const done = await eventually(async () => {
    const [row] = await query(
      house.database.url,
      'SELECT stripe_payment_intent AS intent FROM payments WHERE id = $1',
      [id],
    );
    if (typeof row?.intent !== 'string') throw new Error('it was not made yet');
    return row.intent;
  }, 40_000);
  expect((await house.stripe.state()).payment_intents.filter(({ id: intent }) => intent === done)).toHaveLength(1);
  for (const state of ['open', 'half open', 'closed again']) {
    expect(house.service.output).toContain(`the breaker of payment calls to Stripe is ${state}`);
  }
});

inTheLongForm('200 declines leave the breaker closed, with one call each', async () => {
  await house.open({ env: { STRIPE_TIMEOUT_MS: '20000' } });
  const answers: Answer[] = [];
  for (let round = 0; round < 10; round++) {
    const declined = { ...CHARGE, paymentMethod: 'pm_card_visa_chargeDeclined' };
    answers.push(...(await Promise.all(Array.from({ length: 20 }, () => pay(declined)))));
  }
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([402]));
  expect((await breakers()).degraded).toBe(false);
  expect(await posts()).toHaveLength(200);
});

inTheLongForm('what waits when Stripe returns arrives at the rate that was set, each once', async () => {
  const rate = 20;
  await house.open({ env: { STRIPE_REQUESTS_PER_SECOND: String(rate), STRIPE_TIMEOUT_MS: '20000' } });
  await house.stripe.fault({ kind: 'error', status: 429, retryAfter: 1, times: 5 });
  const given = Array.from({ length: 150 }, (_, n) => ({ ...CHARGE, reference: `rush_${String(n)}` }));
  const waiting = new Map(given.map((each, n) => [`rush-${String(n)}`, each]));
  let unlucky = 0;
  await eventually(async () => {
    const tried = await Promise.all([...waiting].map(async ([key, each]) => ({ key, ...(await payAgain(key, each)) })));
    for (const { key, status, headers } of tried) {
      if (status === 201) waiting.delete(key);
      else if (headers.get('retry-after') !== null) unlucky += 1;
    }
    await sleep(500);
    if (waiting.size > 0) throw new Error(`${String(waiting.size)} wait`);
  }, 45_000);
  expect(unlucky).toBeGreaterThan(5);
  const arrived = (await house.stripe.journal())
    .filter(({ path }) => path !== '/v1/account')
    .map(({ at }) => new Date(at).getTime());
  const seconds = 3;
  const together = arrived.map((from) => arrived.filter((at) => at >= from && at < from + seconds * 1_000).length);
  // What left in time may arrive together, on a busy machine: hence some seconds at once, and one more.
  expect(Math.max(...together)).toBeLessThanOrEqual((seconds + 1) * rate);
  expect((await posts()).length / given.length).toBeLessThanOrEqual(1.2);
  expect((await house.stripe.state()).charges).toHaveLength(given.length);
});
