import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IS_LONG, report } from '../support/fault-suite';
import { query } from '../support/query';
import { eventually, token, type Answer } from '../support/running-service';
import { eventText, signatureOf } from '../support/signed-events';
import { Street } from '../support/street';
import { TimedAnswers } from '../support/timed-answers';

const VISA = { amount: 4_999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };
const ENV = { LOG_LEVEL: 'info', MISSED_EVENTS_POLL_MS: '500' };
/** Milliseconds; the loops fail some times meanwhile, and in the long form are told of once more. */
const AWAY = IS_LONG ? 75_000 : 2_500;
const BEGINS = 'the database does not answer; what is done in the background will be repeated';
const ENDS = 'the database answers again';

describe('a service whose database is away', () => {
  let street: Street;
  let timed: TimedAnswers;
  beforeAll(async () => {
    street = await Street.build({ instances: 1, env: ENV });
    await street.open();
    await street.stripe.settings({ webhookBackoffMs: [200, 500, 1_000] });
  }, 60_000);
  beforeEach(() => {
    timed = new TimedAnswers();
  });
  afterEach(() => street.mend());
  afterAll(() => street.tearDown());

  const service = () => street.instances[0]!.service;
  const pay = (reference: string): Promise<Answer> =>
    timed.of(service().post('/api/v1/payments', reference, { ...VISA, reference }));
  const probe = async (name: string) => (await service().send('GET', `/api/health/${name}`)).status;

  function deliver(): Promise<Answer> {
    const payload = eventText();
    const headers = { 'stripe-signature': signatureOf(payload) };
    return timed.of(service().send('POST', '/api/v1/webhooks/stripe', payload, headers));
  }

  async function refundInDashboard(paymentId: string): Promise<void> {
    const { payment_intents: intents } = await street.stripe.state();
    const intent = intents.find(({ metadata }) => metadata.cashdesk_payment === paymentId);
    await fetch(`${street.stripeUrl}/v1/refunds`, {
      method: 'POST',
      body: new URLSearchParams({ payment_intent: String(intent?.id), amount: '500' }),
      headers: { authorization: 'Bearer sk_test_somebody' },
    });
  }

  it('refuses deliveries and requests, lives, and by itself is where Stripe is when it is back', async () => {
    const [delivered, missed] = await Promise.all(['delivered', 'missed'].map(pay));
    await street.assertOracles();
    await street.postgres.kill();
    await refundInDashboard(String(delivered!.body.id));
    await eventually(async () => expect(await probe('ready')).toBe(503));
    await street.stripe.fault({ kind: 'webhook_drop', times: 0 });
    await refundInDashboard(String(missed!.body.id));
    const until = Date.now() + AWAY;
    const answers: Answer[] = [];
    do {
      expect([await probe('live'), await probe('ready')]).toEqual([200, 503]);
      answers.push(...(await Promise.all([deliver(), deliver(), pay('while it is away')])));
      await sleep(200);
    } while (Date.now() < until);
    for (const answer of answers) expectRefused(answer);
    await street.stripe.clearFaults();
    await street.postgres.restart();
    // A look at Stripe's list that was under way has its lease for a minute.
    await query(street.postgres.url, `UPDATE event_readings SET leased_until = '-infinity'`);
    const shown = async (id: unknown) => (await service().get(`/api/v1/payments/${String(id)}`)).body.refundedAmount;
    await eventually(async () => {
      expect([await shown(delivered!.body.id), await shown(missed!.body.id)]).toEqual([500, 500]);
      expect((await pay('while it is away')).status).toBe(201);
      expect(await probe('ready')).toBe(200);
    }, 30_000);
    await street.assertOracles();
    await eventually(async () => expect(told().at(-1)).toMatchObject({ msg: ENDS }));
    const { times } = told().at(-1)!;
    report('A database that was away', [
      ...timed.rows(),
      ['failures in the background, lines of them', Number(times), told().length],
    ]);
    // Once more for each minute.
    const begins = Array.from({ length: 1 + Math.floor(AWAY / 60_000) }, () => BEGINS);
    expect(told().map(({ msg }) => msg)).toEqual([...begins, ENDS]);
    expect(Number(times)).toBeGreaterThan(told().length);
  }, 180_000);

  it('answers every route with a problem document', async () => {
    await street.postgres.kill();
    const admin = await token({ role: 'admin' });
    for (const { method, path } of routes()) {
      const headers = { authorization: `Bearer ${service().apiKey}`, 'idempotency-key': 'without a database' };
      const body = method === 'GET' ? undefined : '{}';
      const answer = await timed.of(service().send(method, path, body, headers));
      expectRefused(answer, `${method} ${path}`);
    }
    const list = await service().get('/api/v1/payments', admin);
    expectRefused(list);
  }, 60_000);

  function expectRefused(answer: Answer, what = ''): void {
    const { status, headers, body } = answer;
    expect([what, status, body.code, headers.get('content-type')]).toEqual([
      what,
      503,
      'database_unavailable',
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  }

  /** What the log says that belongs to no request and is no news of work that was done. */
  function told(): Record<string, unknown>[] {
    const written = street.instances[0]!.output.split('\n').filter((line) => line.startsWith('{'));
    return written
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ requestId }) => !String(requestId).startsWith('req_'))
      .filter(({ level, msg }) => msg === ENDS || (level !== 'info' && msg !== 'slow query'));
  }
});

interface Documented {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: unknown }>>>>;
}

/** All that need to know who asks. */
function routes(): { method: string; path: string }[] {
  const document = JSON.parse(readFileSync(join(__dirname, '../../docs/openapi.json'), 'utf8')) as Documented;
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { security }]) => security !== undefined)
      .map(([method]) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, 'any') })),
  );
}
