import Stripe from 'stripe';
import { query } from '../support/query';
import { House } from '../support/house';
import { eventually, token, type Answer } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const REFUNDS = '/api/v1/refunds';

describe('a refund, end to end', () => {
  let house: House;
  let stripe: Stripe.Stripe;
  let fred: string;
  let numbered = 0;

  beforeAll(async () => {
    house = await House.build();
    await house.open();
    fred = await token({ role: 'finance', subject: 'fred' });
    const { hostname: host, port } = new URL(house.stripeUrl);
    stripe = new Stripe('sk_test_dashboard', { host, port, protocol: 'http' });
  });
  afterAll(() => house.tearDown());
  afterEach(() => house.assertOracles());

  async function paid(amount = 10_000, more: object = {}): Promise<string> {
    const reference = `booking ${String(++numbered)}`;
    const charge = { amount, currency: 'gbp', reference, paymentMethod: 'pm_card_visa', confirm: true, ...more };
    const { body } = await house.service.post(PAYMENTS, reference, charge);
    expect(body.status).toBe('succeeded');
    return String(body.id);
  }

  const refund = (paymentId: string, body: object = {}, key = `refund ${String(++numbered)}`, bearer?: string) =>
    house.service.post(REFUNDS, key, { paymentId, ...body }, bearer);

  const payment = async (id: string) => (await house.service.get(`${PAYMENTS}/${id}`)).body;

  function untilRefund(id: unknown, expected: object): Promise<void> {
    return eventually(async () => {
      expect((await house.service.get(`${REFUNDS}/${String(id)}`)).body).toMatchObject(expected);
    });
  }

  async function refundsOf(paymentId: string): Promise<Record<string, unknown>[]> {
    const { body } = await house.service.get(`${REFUNDS}?paymentId=${paymentId}`);
    return body.data as Record<string, unknown>[];
  }

  const intentOf = async (id: string) => {
    const [row] = await query(
      house.database.url,
      'SELECT stripe_payment_intent AS intent FROM payments WHERE id = $1',
      [id],
    );
    return String(row?.intent);
  };

  it('gives back a part, then all that is left, and no more', async () => {
    const id = await paid();
    const part = await refund(id, { amount: 4_000, reason: 'duplicate', note: 'paid twice' });
    expect(part).toMatchObject({ status: 201, body: { status: 'succeeded', amount: 4_000, note: 'paid twice' } });
    expect(await payment(id)).toMatchObject({ capturedAmount: 10_000, refundedAmount: 4_000 });
    expect((await refund(id)).body).toMatchObject({ status: 'succeeded', amount: 6_000 });
    const more = await refund(id, { amount: 1 });
    expect(more).toMatchObject({ status: 409, body: { code: 'refund_exceeds_rest', left: 0 } });
    expect(await payment(id)).toMatchObject({ refundedAmount: 10_000 });
    const { body: detail } = await house.service.get(`${REFUNDS}/${String(part.body.id)}`);
    const steps = (detail.timeline as { what: string }[]).map(({ what }) => what);
    // The customer's notice follows.
    expect(steps.slice(0, 4)).toEqual(['refund.requested', 'refund.approved', 'refund.executing', 'refund.succeeded']);
    expect((await house.service.get(`${PAYMENTS}/${id}/timeline`)).text).toContain('refund.succeeded');
  });

  it('runs once for fifty requests with one key, and for each of two that are equal and both meant', async () => {
    const id = await paid();
    const answers = await Promise.all(Array.from({ length: 50 }, () => refund(id, { amount: 1_000 }, 'one key')));
    expect(answers.every(({ status }) => [201, 202].includes(status))).toBe(true);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await refundsOf(id)).toHaveLength(1);
    const both = await Promise.all([refund(id, { amount: 1_000 }), refund(id, { amount: 1_000 })]);
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    expect(await payment(id)).toMatchObject({ refundedAmount: 3_000 });
    const other = await refund(id, { amount: 1_001 }, 'one key');
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } });
  });

  it('accepts one of twenty who want 60 % at the same moment', async () => {
    const id = await paid();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refund(id, { amount: 6_000 })));
    const count = (code: number) => answers.filter(({ status }) => status === code).length;
    expect([count(201), count(409)]).toEqual([1, 19]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ left: 4_000, currency: 'gbp' });
    expect(await payment(id)).toMatchObject({ refundedAmount: 6_000 });
  });

  it('tells the truth when it fails days after it succeeded, and can be made again', async () => {
    const id = await paid();
    const { body } = await refund(id, { amount: 4_000 });
    await house.stripe.decideRefund(String(body.stripeRefund), 'fail', 'expired_or_canceled_card');
    await untilRefund(body.id, { status: 'failed', failure: { code: 'expired_or_canceled_card' } });
    expect(await payment(id)).toMatchObject({ refundedAmount: 0 });
    const again = await refund(id, { amount: 10_000 });
    expect(again).toMatchObject({ status: 201, body: { status: 'succeeded' } });
    const listed = await house.service.get(`${REFUNDS}?status=failed`);
    expect(listed.text).toContain(String(body.id));
  });

  it('waits for a bank that takes its time, and counts as refunded meanwhile', async () => {
    const id = await paid(10_000, { paymentMethod: 'pm_card_pendingRefund' });
    await house.stripe.settings({ refundDelayMs: 60_000 });
    const { body } = await refund(id, { amount: 4_000 });
    expect(body).toMatchObject({ status: 'pending', pendingReason: 'processing' });
    expect(await payment(id)).toMatchObject({ refundedAmount: 4_000 });
    await house.stripe.decideRefund(String(body.stripeRefund), 'succeed');
    await untilRefund(body.id, { status: 'succeeded', pendingReason: null });
    const other = (await refund(id, { amount: 1_000 })).body;
    await house.stripe.decideRefund(String(other.stripeRefund), 'cancel');
    await untilRefund(other.id, { status: 'canceled' });
    expect(await payment(id)).toMatchObject({ refundedAmount: 4_000 });
  });

  it('made in the dashboard is mirrored, and leaves less to refund here', async () => {
    const id = await paid();
    const made = await stripe.refunds.create({ payment_intent: await intentOf(id), amount: 7_000 });
    await eventually(async () => {
      expect(await refundsOf(id)).toMatchObject([
        { origin: 'dashboard', status: 'succeeded', amount: 7_000, stripeRefund: made.id, requestedBy: null },
      ]);
    });
    expect(await payment(id)).toMatchObject({ refundedAmount: 7_000 });
    expect(await refund(id, { amount: 3_001 })).toMatchObject({ status: 409, body: { left: 3_000 } });
  });

  it('that Stripe refuses says why, also when it is asked for again, and holds nothing', async () => {
    const id = await paid();
    await stripe.refunds.create({ payment_intent: await intentOf(id) });
    const refused = await refund(id, { amount: 5_000 }, 'too late');
    const again = await refund(id, { amount: 5_000 }, 'too late');
    // The event of the dashboard may have been faster: then nothing was sent at all.
    for (const answer of [refused, again])
      expect([409, answer.body.stripeCode ?? answer.body.left]).toContain(answer.status);
    await eventually(async () =>
      expect(await refundsOf(id)).toContainEqual(expect.objectContaining({ amount: 10_000 })),
    );
    expect(await payment(id)).toMatchObject({ refundedAmount: 10_000 });
  });

  it('is refused while the charge is disputed, and not while it is only inquired about', async () => {
    const id = await paid();
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(await intentOf(id));
    await house.stripe.openDispute(charge as string, { amount: 1_000 });
    const refused = await eventually(async () => {
      const answer = await refund(id, { amount: 100 });
      expect(answer.status).toBe(409);
      return answer;
    });
    expect(['charge_disputed', 'refund_refused']).toContain(refused.body.code);
    const inquired = await paid();
    const { latest_charge: other } = await stripe.paymentIntents.retrieve(await intentOf(inquired));
    await house.stripe.openDispute(other as string, { inquiry: true });
    await eventually(async () => {
      expect((await house.service.get(`${PAYMENTS}/${inquired}/timeline`)).text).toContain('dispute');
    });
    expect((await refund(inquired)).body).toMatchObject({ status: 'succeeded' });
  });

  it('waits for a second person above the limit, and runs when they approve it', async () => {
    const id = await paid();
    const sue = await token({ role: 'support', subject: 'sue' });
    const { status, body } = await refund(id, { amount: 9_000, note: 'Ada is ill' }, 'of sue', sue);
    expect([status, body.status, body.stripeRefund]).toEqual([201, 'requested', null]);
    expect(new Date(String(body.expiresAt)).getTime()).toBeGreaterThan(Date.now());
    expect(await refund(id, { amount: 2_000 })).toMatchObject({ status: 409, body: { left: 1_000 } });
    const path = `${REFUNDS}/${String(body.id)}/approve`;
    expect(await house.service.post(path, 'by sue', {}, sue)).toMatchObject({
      status: 403,
      body: { code: 'second_person_needed' },
    });
    const approve = (): Promise<Answer> => house.service.post(path, 'by fred', { note: 'Ada called' }, fred);
    const approved = await approve();
    expect(approved).toMatchObject({ status: 200, body: { status: 'succeeded', decidedBy: 'sub:fred' } });
    expect((await approve()).body).toEqual(approved.body);
    expect((await house.stripe.journal({ method: 'POST', path: '/v1/refunds' })).at(-1)?.outcome).toBeDefined();
  });

  it('is rejected, withdrawn, or ends undecided, and frees what it held', async () => {
    const id = await paid();
    const sue = await token({ role: 'support', subject: 'sue' });
    const ask = async () => String((await refund(id, { amount: 9_000 }, undefined, sue)).body.id);
    const rejected = await ask();
    await house.service.post(`${REFUNDS}/${rejected}/reject`, 'no', { note: 'was there' }, fred);
    const withdrawn = await ask();
    await house.service.post(`${REFUNDS}/${withdrawn}/withdraw`, 'changed my mind', {}, sue);
    const late = await ask();
    await query(house.database.url, "UPDATE refunds SET expires_at = now() - interval '1 second' WHERE id = $1", [
      late,
    ]);
    await untilRefund(late, { status: 'withdrawn', decidedBy: null });
    const states = (await refundsOf(id)).map(({ status }) => status);
    expect(states).toEqual(['withdrawn', 'withdrawn', 'rejected']);
    expect((await refund(id)).body).toMatchObject({ status: 'succeeded', amount: 10_000 });
  });

  it("shows the customer what went back, in the payment's own view", async () => {
    const created = await house.service.post('/api/v1/customers', 'ada', { name: 'Ada', subject: 'ada' });
    const id = await paid(10_000, { customer: created.body.id });
    const { body } = await refund(id, { amount: 4_000 });
    const ada = await token({ role: 'customer', subject: 'ada' });
    const own = async () => (await house.service.get(`/api/v1/billing/payments/${id}`, ada)).body;
    expect(await own()).toMatchObject({ refundedAmount: 4_000 });
    await house.stripe.decideRefund(String(body.stripeRefund), 'fail', 'lost_or_stolen_card');
    await untilRefund(body.id, { status: 'failed' });
    expect(await own()).toMatchObject({ refundedAmount: 0 });
    expect((await house.service.get('/api/v1/billing/history', ada)).body.data).toMatchObject([{ refundedAmount: 0 }]);
  });
});
