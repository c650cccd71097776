import { House } from '../support/house';
import type { Answer } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const VISA = { amount: 4999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };

describe('the same thing, asked for more than once', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.build();
    await house.open({ env: { STRIPE_TIMEOUT_MS: '15000' } });
  });
  afterAll(() => house.tearDown());
  afterEach(async () => {
    await house.stripe.clearFaults();
    await house.assertOracles();
  });

  async function creates(): Promise<number> {
    const journal = await house.stripe.journal();
    return journal.filter(({ method, path }) => method === 'POST' && path === '/v1/payment_intents').length;
  }

  function statuses(answers: Answer[]): number[] {
    return [...new Set(answers.map(({ status }) => status))];
  }

  it('fifty times at once with one key: one charge, one body', async () => {
    const before = await creates();
    const ask = () => house.service.post(PAYMENTS, 'fifty', { ...VISA, reference: 'fifty' });
    const answers = await Promise.all(Array.from({ length: 50 }, ask));
    expect(statuses(answers)).toEqual([201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await creates()).toBe(before + 1);
  });

  it('while the first is still at work for longer than ten seconds: 409 in_progress', async () => {
    await house.stripe.fault({ kind: 'delay', ms: 13_000, match: { bodyContains: 'slow' } });
    const ask = () => house.service.post(PAYMENTS, 'slow', { ...VISA, reference: 'slow' });
    const [first, second] = await Promise.all([ask(), new Promise((go) => setTimeout(go, 200)).then(ask)]);
    expect(second).toMatchObject({ status: 409, body: { code: 'in_progress' } });
    expect(first).toMatchObject({ status: 201, body: { status: 'succeeded' } });
    expect((await ask()).text).toBe(first.text);
  });

  it.each([
    ['another amount', { amount: 5000 }],
    ['another customer', { customer: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0' }],
    ['another description', { description: 'changed' }],
  ])('with %s under the same key: 409, and nothing is sent', async (what, change) => {
    const body = { ...VISA, reference: `changed: ${what}` };
    expect((await house.service.post(PAYMENTS, what, body)).status).toBe(201);
    const before = await creates();
    const other = await house.service.post(PAYMENTS, what, { ...body, ...change });
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } });
    expect(await creates()).toBe(before);
  });

  it('with its properties in another order: the first answer again', async () => {
    const { amount, currency, ...rest } = VISA;
    const first = await house.service.post(PAYMENTS, 'ordered', { reference: 'ordered', amount, currency, ...rest });
    const again = await house.service.post(PAYMENTS, 'ordered', { ...rest, currency, amount, reference: 'ordered' });
    expect(again.text).toBe(first.text);
  });

  it('by a double click, under two keys: one payment, and the second caller learns its id', async () => {
    const ask = (key: string) => house.service.post(PAYMENTS, key, { ...VISA, reference: 'clicked' });
    const answers = await Promise.all([ask('click 1'), ask('click 2')]);
    const made = answers.find(({ status }) => status === 201);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ code: 'reference_taken', paymentId: made?.body.id });
  });

  it('under two keys when both are meant: two payments', async () => {
    const body = { ...VISA, reference: 'both' };
    expect((await house.service.post(PAYMENTS, 'both 1', body)).status).toBe(201);
    expect((await house.service.post(PAYMENTS, 'both 2', { ...body, allowAnother: true })).status).toBe(201);
  });

  it('gives a decline again as it was', async () => {
    const body = { ...VISA, paymentMethod: 'pm_card_visa_chargeDeclined', reference: 'declined' };
    const before = await creates();
    const first = await house.service.post(PAYMENTS, 'declined', body);
    const again = await house.service.post(PAYMENTS, 'declined', body);
    const { requestId: one, ...declined } = first.body;
    const { requestId: two, ...repeated } = again.body;
    expect([first.status, again.status]).toEqual([402, 402]);
    expect(repeated).toEqual(declined);
    expect(two).not.toBe(one);
    expect(await creates()).toBe(before + 1);
  });

  it('captures once when asked twenty times at once', async () => {
    const { body } = await house.service.post(PAYMENTS, 'held', {
      ...VISA,
      captureMethod: 'manual',
      reference: 'held',
    });
    const path = `${PAYMENTS}/${String(body.id)}/capture`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => house.service.post(path, `capture ${String(n)}`, { amount: 4999 })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  });
});
