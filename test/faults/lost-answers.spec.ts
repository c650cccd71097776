import { query } from '../support/query';
import { House } from '../support/house';
import { eventually } from '../support/running-service';
import type { FaultDefinition } from '../support/simulator-control';

const PAYMENTS = '/api/v1/payments';
const VISA = { amount: 4999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };

describe('an answer of Stripe that never arrives', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.build();
    await house.open();
  });
  afterAll(() => house.tearDown());
  afterEach(() => house.stripe.clearFaults());

  function create(reference: string) {
    return house.service.post(PAYMENTS, `key of ${reference}`, { ...VISA, reference });
  }

  function strike(kind: FaultDefinition['kind'], more: Partial<FaultDefinition> = {}) {
    return house.stripe.fault({ kind, match: { method: 'POST', path: '/v1/payment_intents' }, ...more });
  }

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
    await strike(kind, more);
    const first = await create(reference);
    expect(first).toMatchObject({ status: 202, body: { status: 'unknown' } });
    const settled = await house.service.until(String(first.body.id), 'succeeded');
    expect(settled).toMatchObject({ capturedAmount: 4999, attention: null });
    const { text: history } = await house.service.get(`${PAYMENTS}/${String(first.body.id)}/timeline`);
    expect(history).toContain('create in doubt');
    const again = await create(reference);
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id, status: 'succeeded' } });
    await house.assertOracles();
  });

  it('stays unknown while nothing can be proven, and is handed to a person when it has taken too long', async () => {
    await strike('error', { status: 500 });
    const { body } = await create('a 500 without effect');
    await query(
      house.database.url,
      "UPDATE attempts SET first_sent_at = now() - interval '2 hours' WHERE payment_id = $1",
      [body.id],
    );
    await query(house.database.url, 'UPDATE attempts SET next_check_at = now() WHERE payment_id = $1', [body.id]);
    await eventually(async () => {
      const { body: list } = await house.service.get(`${PAYMENTS}?attention=true`);
      expect(list.data).toMatchObject([
        { id: body.id, status: 'unknown', attention: expect.stringContaining('Stripe') },
      ]);
    });
    expect((await house.service.send('GET', '/api/health')).text).toContain('wait for a person');
    await house.assertOracles();
    const given = await house.service.post(`${PAYMENTS}/${String(body.id)}/cancel`, 'given up');
    expect(given.body).toMatchObject({ status: 'canceled' });
    const again = await create('a 500 without effect');
    expect(again).toMatchObject({ status: 409, body: { code: 'overtaken', paymentId: body.id } });
  });

  it('never left when Stripe cannot be reached: 503, and the same key tries again', async () => {
    const dead = await House.build();
    try {
      await dead.open();
      await dead.stripeAway();
      const ask = () => dead.service.post(PAYMENTS, 'retried', { ...VISA, reference: 'retried' });
      const refused = await ask();
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).not.toBeNull();
      await dead.stripeBack();
      expect(await ask()).toMatchObject({ status: 201, body: { status: 'succeeded' } });
      await dead.assertOracles();
    } finally {
      await dead.tearDown();
    }
  });

  it.each(['confirm', 'capture', 'cancel'])('to a %s is found out by reading the payment', async (operation) => {
    const reference = `lost ${operation}`;
    const start = operation === 'confirm' ? { confirm: false, paymentMethod: undefined } : { captureMethod: 'manual' };
    const { body } = await house.service.post(PAYMENTS, reference, { ...VISA, reference, ...start });
    await house.stripe.fault({ kind: 'reset_after_effect', match: { path: `/v1/payment_intents/:id/${operation}` } });
    const asked = operation === 'confirm' ? { paymentMethod: 'pm_card_visa', returnUrl: 'https://shop.example' } : {};
    const path = `${PAYMENTS}/${String(body.id)}/${operation}`;
    const first = await house.service.post(path, `${reference} again`, asked);
    expect(first).toMatchObject({ status: 202, body: { status: 'unknown' } });
    await house.service.until(String(body.id), operation === 'cancel' ? 'canceled' : 'succeeded');
    const again = await house.service.post(path, `${reference} again`, asked);
    expect(again.status).toBe(200);
    await house.assertOracles();
  });

  it('to a charge that is slow but succeeds makes one intent, however often the caller retries', async () => {
    await strike('delay', { ms: 3_000, match: { bodyContains: 'slowly' } });
    for (let n = 0; n < 3; n++) await create('slowly');
    await eventually(async () => {
      expect((await create('slowly')).body).toMatchObject({ status: 'succeeded' });
    });
    await house.assertOracles();
  });
});
