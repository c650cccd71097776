import { query } from '../support/query';
import { House } from '../support/house';
import { eventually, token, type RunningService } from '../support/running-service';
import type { FaultDefinition } from '../support/simulator-control';

const PAYMENTS = '/api/v1/payments';
const REFUNDS = '/api/v1/refunds';
const ROUTE = { method: 'POST', path: '/v1/refunds' };

async function paid(service: RunningService, reference: string): Promise<string> {
  const charge = { amount: 10_000, currency: 'gbp', reference, paymentMethod: 'pm_card_visa', confirm: true };
  const { body } = await service.post(PAYMENTS, `pay ${reference}`, charge);
  expect(body.status).toBe('succeeded');
  return String(body.id);
}

async function until(service: RunningService, id: unknown, ...statuses: string[]): Promise<Record<string, unknown>> {
  return eventually(async () => {
    const { body } = await service.get(`${REFUNDS}/${String(id)}`);
    if (!statuses.includes(String(body.status))) throw new Error(`${String(id)} is ${String(body.status)}`);
    return body;
  }, 30_000);
}

async function only(service: RunningService, paymentId: string): Promise<Record<string, unknown>> {
  const { body } = await service.get(`${REFUNDS}?paymentId=${paymentId}`);
  const all = body.data as Record<string, unknown>[];
  expect(all).toHaveLength(1);
  return all[0]!;
}

/** Every effect that a refund had at Stripe; repeats under one key are one. */
async function effects(house: House): Promise<{ made: number; keys: number }> {
  const sent = await house.stripe.journal(ROUTE);
  return {
    made: sent.filter(({ effect, replayed }) => effect && !replayed).length,
    keys: new Set(sent.map(({ idempotencyKey }) => idempotencyKey).filter((key) => key !== null)).size,
  };
}

/** Kills at each commit and at each call are those of crash-points.spec.ts. */
it.concurrent.each(['requested at once', 'approved by another'])(
  'a refund %s whose process is killed while Stripe works on it is made once, and the retry gets the truth',
  async (how) => {
    const house = await House.build();
    try {
      const doomed = await house.open();
      const paymentId = await paid(doomed, 'booking_1');
      const ask = await asking(doomed, paymentId, how);
      await house.stripe.fault({ kind: 'timeout_after_effect', match: ROUTE });
      const lost = ask(doomed).catch(() => 'lost' as const);
      await eventually(async () => expect((await effects(house)).made).toBe(1));
      await doomed.kill();
      expect(await lost).toBe('lost');
      await house.stripe.clearFaults();

      const again = await house.open();
      const { id } = await only(again, paymentId);
      await until(again, id, 'succeeded');
      expect((await ask(again)).body).toMatchObject({ id, status: 'succeeded', amount: 6_000 });
      expect(await effects(house)).toEqual({ made: 1, keys: 1 });
      expect((await again.get(`${PAYMENTS}/${paymentId}`)).body).toMatchObject({ refundedAmount: 6_000 });
      await house.assertOracles();
    } finally {
      await house.tearDown();
    }
  },
);

/** Asks for the refund, or approves the one that waits, under the same key each time. */
async function asking(service: RunningService, paymentId: string, how: string) {
  const body = { paymentId, amount: 6_000 };
  if (how === 'requested at once') return (to: RunningService) => to.post(REFUNDS, 'the key', body);
  const sue = await token({ role: 'support', subject: 'sue' });
  const { body: waiting } = await service.post(REFUNDS, 'of sue', body, sue);
  return (to: RunningService) => to.post(`${REFUNDS}/${String(waiting.id)}/approve`, 'the key', {});
}

describe('an answer to a refund that never arrives', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.build();
    await house.open();
  });
  afterAll(() => house.tearDown());
  afterEach(() => house.stripe.clearFaults());

  const strike = (kind: FaultDefinition['kind'], more: Partial<FaultDefinition> = {}) =>
    house.stripe.fault({ kind, match: ROUTE, ...more });

  it.each([
    ['the connection is reset before the effect', 'reset_before_effect', {}],
    ['the connection is reset after the effect', 'reset_after_effect', {}],
    ['the answer takes too long, and the effect came', 'timeout_after_effect', {}],
    ['the answer takes too long, and the effect never came', 'timeout_before_effect', {}],
    ['the answer is cut in the middle', 'cut_answer', {}],
    ['Stripe answers 503', 'error', { status: 503 }],
    ['something answers 502 with a page', 'plain_error', {}],
    ['Stripe answers 500 though the effect came', 'error_after_effect', { status: 500 }],
  ] as const)('is unknown at first, never failed, and then the truth: %s', async (reference, kind, more) => {
    const paymentId = await paid(house.service, reference);
    await house.stripe.pauseWebhooks();
    await strike(kind, more);
    const ask = () => house.service.post(REFUNDS, `key of ${reference}`, { paymentId, amount: 6_000 });
    const first = await ask();
    expect(first).toMatchObject({ status: 202, body: { status: 'unknown' } });
    const tooMuch = await house.service.post(REFUNDS, `more of ${reference}`, { paymentId, amount: 4_001 });
    expect(tooMuch).toMatchObject({ status: 409, body: { left: 4_000 } });
    await until(house.service, first.body.id, 'succeeded');
    expect(await ask()).toMatchObject({ status: 201, body: { id: first.body.id, status: 'succeeded' } });
    await house.stripe.resumeWebhooks();
    await house.assertOracles();
  });

  it('stays unknown after a 500 without effect, is handed to a person, who gives it up and asks again', async () => {
    const paymentId = await paid(house.service, 'a 500 without effect');
    await strike('error', { status: 500 });
    const { body } = await house.service.post(REFUNDS, 'broken', { paymentId });
    expect(body.status).toBe('unknown');
    const sql = "UPDATE refunds SET first_sent_at = now() - interval '2 hours', next_check_at = now() WHERE id = $1";
    await query(house.database.url, sql, [body.id]);
    await eventually(async () => {
      const { body: listed } = await house.service.get(`${REFUNDS}?attention=true`);
      expect(listed.data).toMatchObject([
        { id: body.id, status: 'unknown', attention: expect.stringContaining('Stripe') },
      ]);
    });
    expect((await house.service.send('GET', '/api/health')).text).toContain('1 refunds wait for a person');
    await house.assertOracles();
    const given = await house.service.post(`${REFUNDS}/${String(body.id)}/withdraw`, 'given up', {});
    expect(given).toMatchObject({ status: 200, body: { status: 'withdrawn' } });
    expect((await house.service.post(REFUNDS, 'anew', { paymentId })).body).toMatchObject({ status: 'succeeded' });
    await house.assertOracles();
  });

  it('is no answer when Stripe cannot be reached: the refund is approved, and sent when it is back', async () => {
    const paymentId = await paid(house.service, 'away');
    await strike('refuse_connections', { ms: 3_000 });
    const { status, body } = await house.service.post(REFUNDS, 'away', { paymentId });
    expect(status).toBe(202);
    expect(['approved', 'unknown']).toContain(body.status);
    await until(house.service, body.id, 'succeeded');
    await house.assertOracles();
  });
});
