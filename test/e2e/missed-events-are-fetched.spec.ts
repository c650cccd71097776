import { House } from '../support/house';
import { query } from '../support/query';
import { eventually } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const VISA = { amount: 4999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };
const FOUR_DAYS = 4 * 86_400;

describe('events that Stripe did not deliver', () => {
  let house: House;
  const env = { MISSED_EVENTS_POLL_MS: '500' };

  beforeAll(async () => {
    house = await House.build();
    await house.open({ env });
  });
  afterAll(() => house.tearDown());
  afterEach(async () => {
    await house.assertOracles();
    await house.stripe.clearFaults();
  });

  async function atStripe(path: string, body: Record<string, string>): Promise<Record<string, unknown>> {
    const response = await fetch(`${house.stripeUrl}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_end_to_end' },
      body: new URLSearchParams(body),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  }

  async function pay(reference: string, body: object = {}): Promise<{ id: string; intent: string }> {
    const { status, body: payment } = await house.service.post(PAYMENTS, reference, { ...VISA, reference, ...body });
    expect(status).toBe(201);
    const rows = await query(house.database.url, 'SELECT stripe_payment_intent AS intent FROM payments WHERE id = $1', [
      payment.id,
    ]);
    return { id: String(payment.id), intent: String(rows[0]?.intent) };
  }

  const shown = async (id: string) => (await house.service.get(`${PAYMENTS}/${id}`)).body;

  /** How those that are stored came. */
  async function came(): Promise<Record<string, number>> {
    const rows = await query(
      house.database.url,
      `SELECT came, count(*)::int AS n FROM webhook_events WHERE status <> 'received' GROUP BY 1`,
    );
    return Object.fromEntries(rows.map((row) => [String(row.came), Number(row.n)]));
  }

  it('arrive all the same, where there is no endpoint at all', async () => {
    await house.stripe.fault({ kind: 'webhook_drop', times: 0 });
    const paid = await pay('no endpoint');
    const { id, intent } = await pay('by the client', { confirm: false, paymentMethod: undefined });
    await atStripe(`payment_intents/${intent}/confirm`, {
      payment_method: 'pm_card_visa',
      return_url: 'https://shop.example/back',
    });
    await atStripe('refunds', { payment_intent: paid.intent, amount: '999' });
    await eventually(async () => {
      expect(await shown(id)).toMatchObject({ status: 'succeeded' });
      expect(await shown(paid.id)).toMatchObject({ refundedAmount: 999 });
    });
    expect(Object.keys(await came())).toEqual(['fetched']);
  });

  it('are not fetched again when they were delivered', async () => {
    const before = (await came()).fetched;
    await house.stripe.clearJournal();
    await pay('delivered');
    await eventually(async () => {
      const looks = await house.stripe.journal();
      expect(looks.filter(({ path }) => path.startsWith('/v1/events')).length).toBeGreaterThan(2);
      expect((await came()).delivered).toBeGreaterThan(2);
    });
    const after = await came();
    // One that is on its way can be fetched first; it is one event then as well.
    expect((after.fetched ?? 0) - (before ?? 0)).toBeLessThanOrEqual(4);
    const rows = await query(house.database.url, 'SELECT count(*)::int AS n FROM webhook_events WHERE deliveries > 1');
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('of four days in which this service was away are fetched when it is back', async () => {
    await house.stripe.fault({ kind: 'webhook_drop', times: 0 });
    const { id, intent } = await pay('four days');
    await house.service.stop();
    await atStripe('refunds', { payment_intent: intent, amount: '1999' });
    await query(
      house.database.url,
      `UPDATE event_readings SET read_until = read_until - $1 * interval '1 second', looked_at = looked_at - $1 * interval '1 second'`,
      [FOUR_DAYS],
    );
    await house.open();
    await eventually(async () => {
      expect(await shown(id)).toMatchObject({ refundedAmount: 1999 });
    });
  });
});
