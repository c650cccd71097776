import { House } from '../support/house';
import { eventually } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const VISA = { amount: 4999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };

describe('a payment, end to end', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.build();
    await house.open();
  });
  afterAll(() => house.tearDown());
  afterEach(() => house.assertOracles());

  async function pay(reference: string, body: object = {}) {
    return house.service.post(PAYMENTS, `key of ${reference}`, { ...VISA, reference, ...body });
  }

  async function intentOf(reference: string) {
    const { payment_intents: intents } = await house.stripe.state();
    const intent = intents.find(({ metadata }) => metadata.cashdesk_reference === reference);
    if (intent === undefined) throw new Error(`Stripe has no intent of ${reference}`);
    return intent;
  }

  /** What was asked of Stripe, but for reads: those come whenever a webhook does. */
  async function posts(): Promise<number> {
    return (await house.stripe.journal()).filter(({ method }) => method === 'POST').length;
  }

  it('is charged at once with a card that the server confirms', async () => {
    const { status, body } = await pay('b1');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'succeeded',
      amount: 4999,
      capturedAmount: 4999,
      currency: 'gbp',
      failure: null,
    });
    expect((await house.service.get(`${PAYMENTS}/${String(body.id)}`)).body).toMatchObject({ status: 'succeeded' });
  });

  it('answers without a version in the path as with it', async () => {
    const { body } = await house.service.post('/api/payments', 'unversioned', { ...VISA, reference: 'b1v' });
    expect((await house.service.get(`/api/payments/${String(body.id)}`)).body).toMatchObject({ status: 'succeeded' });
  });

  it('is finished by the client, with nothing but the client secret', async () => {
    const { body } = await pay('b2', { confirm: false, paymentMethod: undefined });
    expect(body).toMatchObject({
      status: 'requires_payment_method',
      clientSecret: expect.stringMatching(/^pi_\w+_secret_/),
    });
    const [intent] = String(body.clientSecret).split('_secret_');
    const form = new URLSearchParams({
      client_secret: String(body.clientSecret),
      payment_method: 'pm_card_visa',
      return_url: 'https://shop.example/done',
    });
    const confirmed = await fetch(`${house.stripeUrl}/v1/payment_intents/${intent ?? ''}/confirm`, {
      method: 'POST',
      body: form,
      headers: { authorization: 'Bearer pk_test_browser' },
    });
    expect(confirmed.status).toBe(200);
    await house.service.until(String(body.id), 'succeeded');
    const timeline = await house.service.get(`${PAYMENTS}/${String(body.id)}/timeline`);
    expect(timeline.text).toContain('"cause":"client"');
  });

  it('stays open after a decline and is paid with another card', async () => {
    const declined = await pay('b3', { paymentMethod: 'pm_card_visa_chargeDeclinedInsufficientFunds' });
    expect(declined.status).toBe(402);
    expect(declined.body).toMatchObject({ code: 'card_declined', declineCode: 'insufficient_funds' });
    const path = `${PAYMENTS}/${String(declined.body.paymentId)}`;
    expect((await house.service.get(path)).body).toMatchObject({
      status: 'requires_payment_method',
      failure: { code: 'card_declined', declineCode: 'insufficient_funds' },
    });
    const paid = await house.service.post(`${path}/confirm`, 'another card', {
      paymentMethod: 'pm_card_mastercard',
      returnUrl: 'https://shop.example/done',
    });
    expect(paid.body).toMatchObject({ status: 'succeeded', failure: null });
  });

  it('records one decline for one declined charge, however many events tell of it', async () => {
    const declined = await pay('b3b', { paymentMethod: 'pm_card_visa_chargeDeclined' });
    await house.assertOracles();
    const { body } = await house.service.get(`${PAYMENTS}/${String(declined.body.paymentId)}/timeline`);
    const entries = body.data as { what: string }[];
    expect(entries.filter(({ what }) => what === 'payment.declined')).toHaveLength(1);
    expect(entries.filter(({ what }) => what === 'create declined')).toHaveLength(1);
  });

  it('keeps of each attempt what was asked, what Stripe said and its risk', async () => {
    const { body: declined } = await pay('b3c', { paymentMethod: 'pm_card_visa_chargeDeclinedLostCard' });
    await eventually(async () => {
      const { body } = await house.service.get(`${PAYMENTS}/${String(declined.paymentId)}/timeline`);
      const settled = (body.data as { what: string; data: object }[]).find(({ what }) => what === 'create declined');
      expect(settled?.data).toMatchObject({
        charge: expect.stringMatching(/^ch_/),
        declineCode: 'lost_card',
        riskScore: expect.any(Number),
        stripeRequest: expect.stringMatching(/^req_/),
      });
    });
  });

  it.each([
    ['succeed', 'succeeded'],
    ['fail', 'requires_payment_method'],
  ] as const)('waits for strong authentication and goes on when it is over (%s)', async (outcome, status) => {
    const { body } = await pay(`b4 ${outcome}`, {
      paymentMethod: 'pm_card_threeDSecure2Required',
      returnUrl: 'https://shop.example/done',
    });
    expect(body).toMatchObject({ status: 'requires_action', nextAction: { type: 'redirect_to_url' } });
    await house.stripe.authenticate((await intentOf(`b4 ${outcome}`)).id, outcome);
    await house.service.until(String(body.id), status);
  });

  it('is authorized first and captured in part later; the rest is released', async () => {
    const { body } = await pay('b5', { captureMethod: 'manual' });
    expect(body).toMatchObject({ status: 'authorized', capturableAmount: 4999, capturedAmount: 0 });
    const path = `${PAYMENTS}/${String(body.id)}`;
    const tooMuch = await house.service.post(`${path}/capture`, 'too much', { amount: 5000 });
    expect(tooMuch).toMatchObject({ status: 400, body: { code: expect.any(String), errors: [{ field: 'amount' }] } });
    const captured = await house.service.post(`${path}/capture`, 'a part', { amount: 1500 });
    expect(captured.body).toMatchObject({ status: 'succeeded', capturedAmount: 1500, capturableAmount: 0 });
    const twice = await house.service.post(`${path}/capture`, 'once more', { amount: 1500 });
    expect(twice).toMatchObject({ status: 409, body: { code: 'transition_forbidden', paymentStatus: 'succeeded' } });
    const voided = await house.service.post(`${path}/cancel`, 'void after capture');
    expect(voided).toMatchObject({ status: 409, body: { code: 'transition_forbidden', paymentStatus: 'succeeded' } });
  });

  it('is voided while it is only authorized, and frees its reference', async () => {
    const { body } = await pay('b6', { captureMethod: 'manual' });
    const canceled = await house.service.post(`${PAYMENTS}/${String(body.id)}/cancel`, 'void', { reason: 'duplicate' });
    expect(canceled.body).toMatchObject({ status: 'canceled', cancellationReason: 'duplicate' });
    const next = await house.service.post(PAYMENTS, 'after the void', { ...VISA, reference: 'b6' });
    expect(next.body).toMatchObject({ status: 'succeeded' });
  });

  it('takes a deposit and a balance under one reference', async () => {
    expect((await pay('b7', { purpose: 'deposit' })).status).toBe(201);
    const balance = await house.service.post(PAYMENTS, 'the balance', { ...VISA, reference: 'b7', purpose: 'balance' });
    expect(balance.status).toBe(201);
  });

  it('expires when nobody finishes it', async () => {
    const expiresAt = new Date(Date.now() + 3_000).toISOString();
    const { body } = await pay('b8', { confirm: false, paymentMethod: undefined, expiresAt });
    const path = `${PAYMENTS}/${String(body.id)}`;
    await house.service.until(String(body.id), 'canceled');
    expect((await intentOf('b8')).status).toBe('canceled');
    expect((await house.service.get(`${path}/timeline`)).text).toContain('"cause":"expiry"');
    const late = await house.service.post(`${path}/confirm`, 'too late', { paymentMethod: 'pm_card_visa' });
    expect(late.status).toBe(409);
  });

  it.each([
    ['jpy', 500, 500],
    ['isk', 500, 50_000],
    ['kwd', 5120, 5120],
    ['huf', 50_000, 50_000],
    ['mga', 500_000, 5_000],
  ])('sends %s exactly: %d here is %d at Stripe', async (currency, amount, there) => {
    const { status, body } = await pay(`in ${currency}`, { currency, amount });
    expect({ status, amount: body.amount, captured: body.capturedAmount }).toEqual({
      status: 201,
      amount,
      captured: amount,
    });
    const sent = (await house.stripe.journal()).findLast(
      ({ path, method }) => method === 'POST' && path === '/v1/payment_intents',
    );
    expect(sent?.body).toMatchObject({ amount: String(there), currency });
  });

  it.each([
    ['kwd', 5125],
    ['ugx', 5000],
    ['gbp', 5],
  ])('refuses %s %d with the reason, and asks Stripe nothing', async (currency, amount) => {
    const before = await posts();
    const { status, body } = await pay(`refused ${currency}`, { currency, amount });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      errors: [{ field: expect.stringMatching(/amount|currency/), reason: expect.any(String) }],
    });
    expect(await posts()).toBe(before);
  });

  it('refuses a part that the currency cannot be captured in, and asks Stripe nothing', async () => {
    const { body } = await pay('kwd part', { currency: 'kwd', amount: 5_120, captureMethod: 'manual' });
    const path = `${PAYMENTS}/${String(body.id)}/capture`;
    const before = await posts();
    const refused = await house.service.post(path, 'kwd uneven', { amount: 5_005 });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'amount' }] } });
    expect(await posts()).toBe(before);
    expect((await house.service.post(path, 'kwd even', { amount: 5_000 })).status).toBe(200);
  });

  it('is refused for a customer that does not exist, asks Stripe nothing, and leaves the key free', async () => {
    const before = await posts();
    const refused = await pay('b9', { customer: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0' });
    expect(refused).toMatchObject({ status: 404, body: { code: 'customer_not_found' } });
    expect(await posts()).toBe(before);
    expect((await pay('b9')).status).toBe(201);
  });

  it('is listed by filters, page by page, each once', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await house.service.get(`${PAYMENTS}?limit=3&status=succeeded${cursor}`);
      seen.push(...(body.data as { id: string }[]).map(({ id }) => id));
      cursor = typeof body.nextCursor === 'string' ? `&cursor=${body.nextCursor}` : '';
    } while (cursor !== '');
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(6);
  });
});
