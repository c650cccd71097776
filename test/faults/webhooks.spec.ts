import { House } from '../support/house';
import { query } from '../support/query';
import { eventually, WEBHOOK_SECRET } from '../support/running-service';
import { eventText as event, signatureOf as sign } from '../support/signed-events';

const PAYMENTS = '/api/v1/payments';
const RECEIVER = '/api/v1/webhooks/stripe';
const VISA = { amount: 4999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };

describe('webhooks of Stripe', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.build();
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const secrets = `${WEBHOOK_SECRET},whsec_older@${later},whsec_ended@2026-01-01T00:00:00Z`;
    await house.open({ env: { STRIPE_WEBHOOK_SECRET: secrets } });
  });
  afterAll(() => house.tearDown());
  afterEach(() => house.stripe.clearFaults());

  function deliver(payload: string | Buffer, signature: string | null, headers: Record<string, string> = {}) {
    const signed: Record<string, string> = signature === null ? {} : { 'stripe-signature': signature };
    return house.service.send('POST', RECEIVER, payload, { ...signed, ...headers });
  }

  async function stored(): Promise<number> {
    const [row] = await query(house.database.url, 'SELECT count(*)::int AS n FROM webhook_events');
    return Number(row?.n);
  }

  it('passes with each secret that is valid while one is rolled, and not with one that ended', async () => {
    for (const secret of [WEBHOOK_SECRET, 'whsec_older']) {
      const payload = event();
      expect((await deliver(payload, sign(payload, { secret }))).status).toBe(200);
    }
    const late = event();
    expect((await deliver(late, sign(late, { secret: 'whsec_ended' }))).status).toBe(400);
  });

  it.each([
    ['no signature', (): [string, string | null] => [event(), null]],
    ['a forged signature', () => [event(), `t=${String(Math.trunc(Date.now() / 1_000))},v1=${'0'.repeat(64)}`]],
    ['the signature of another body', () => [event(), sign(event({ livemode: true }))]],
    [
      'a wrong secret',
      () => {
        const e = event();
        return [e, sign(e, { secret: 'whsec_wrong' })];
      },
    ],
    [
      'v0 only',
      () => {
        const e = event();
        return [e, sign(e, { scheme: 'v0' })];
      },
    ],
    [
      'a body written anew',
      () => {
        const e = event();
        return [JSON.stringify(JSON.parse(e), null, 1), sign(e)];
      },
    ],
    [
      'an age of 301 seconds',
      () => {
        const e = event();
        return [e, sign(e, { at: Date.now() / 1_000 - 301 })];
      },
    ],
    [
      'a date an hour ahead',
      () => {
        const e = event();
        return [e, sign(e, { at: Date.now() / 1_000 + 3_600 })];
      },
    ],
    ['a signature, but no JSON', () => ['no json', sign('no json')]],
    [
      'the wrong mode',
      () => {
        const e = event({ livemode: true });
        return [e, sign(e)];
      },
    ],
    [
      'another account',
      () => {
        const e = event({ account: 'acct_other' });
        return [e, sign(e)];
      },
    ],
  ] as [string, () => [string, string | null]][])('with %s is refused, and nothing is stored', async (_what, make) => {
    const before = await stored();
    const [payload, signature] = make();
    const { status, body } = await deliver(payload, signature);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: expect.any(String), detail: expect.any(String) });
    expect(await stored()).toBe(before);
  });

  it('with 10 MB, a compressed bomb or a form is refused, and memory stays flat', async () => {
    const before = await stored();
    const huge = event({ padding: 'x'.repeat(10_000_000) });
    const large = await deliver(huge, sign(huge)).catch(() => ({ status: 413 }));
    expect(large.status).toBe(413);
    const zipped = event();
    expect((await deliver(zipped, sign(zipped), { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await deliver(zipped, sign(zipped), { 'content-type': 'text/plain' })).status).toBe(415);
    expect(await stored()).toBe(before);
  });

  it('of an unknown type are answered, kept and ignored', async () => {
    const payload = event({
      id: 'evt_unknowntype',
      type: 'moon.phase_changed',
      data: { object: { id: 'm', object: 'moon' } },
    });
    expect((await deliver(payload, sign(payload))).status).toBe(200);
    await eventually(async () => {
      const rows = await query(house.database.url, `SELECT status FROM webhook_events WHERE id = 'evt_unknowntype'`);
      expect(rows).toEqual([{ status: 'ignored' }]);
    });
  });

  it('of an older API version are read right, because the object is fetched as it is now', async () => {
    await house.stripe.fault({ kind: 'webhook_old_version', times: 0 });
    const { body } = await house.service.post(PAYMENTS, 'old version', { ...VISA, reference: 'old version' });
    await house.assertOracles();
    expect((await house.service.get(`${PAYMENTS}/${String(body.id)}`)).body).toMatchObject({ status: 'succeeded' });
  });

  it('that lack the object they speak of are set aside, and health says so', async () => {
    const payload = event({ id: 'evt_hollow', data: { object: { object: 'payment_intent' } } });
    expect((await deliver(payload, sign(payload))).status).toBe(200);
    await eventually(async () => {
      expect((await house.service.send('GET', '/api/health')).text).toContain('set aside');
    });
    await query(house.database.url, `DELETE FROM webhook_events WHERE id = 'evt_hollow'`);
  });

  it('delivered twenty times at once take effect once', async () => {
    const { body } = await house.service.post(PAYMENTS, 'twenty', { ...VISA, reference: 'twenty' });
    await house.assertOracles();
    const { events } = await house.stripe.state();
    const before = await house.service.get(`${PAYMENTS}/${String(body.id)}/timeline`);
    for (const { id } of events.slice(-3)) {
      expect(new Set(await house.stripe.resend(id, 20))).toEqual(new Set([200]));
    }
    await house.assertOracles();
    const after = await house.service.get(`${PAYMENTS}/${String(body.id)}/timeline`);
    expect((after.body.data as []).length).toBe((before.body.data as []).length);
  });

  it('of one change under two ids take effect once', async () => {
    await house.stripe.fault({ kind: 'webhook_second_id', times: 0 });
    await house.service.post(PAYMENTS, 'two ids', { ...VISA, reference: 'two ids' });
    await house.assertOracles();
  });

  it('that come before the answer have one effect, and the call succeeds', async () => {
    await house.stripe.fault({ kind: 'webhook_before_answer', times: 0 });
    const { status, body } = await house.service.post(PAYMENTS, 'early', { ...VISA, reference: 'early' });
    expect({ status, payment: body.status }).toEqual({ status: 201, payment: 'succeeded' });
    const held = await house.service.post(PAYMENTS, 'early 2', {
      ...VISA,
      reference: 'early 2',
      captureMethod: 'manual',
    });
    const captured = await house.service.post(`${PAYMENTS}/${String(held.body.id)}/capture`, 'early capture', {});
    expect(captured.body).toMatchObject({ status: 'succeeded', capturedAmount: 4999 });
    await house.assertOracles();
  });

  it('in reverse order, doubled and late lead to the same end', async () => {
    await house.stripe.fault({ kind: 'webhook_reorder', times: 0 });
    await house.stripe.fault({ kind: 'webhook_double', times: 2, copies: 3 });
    const { body } = await house.service.post(PAYMENTS, 'reverse', {
      ...VISA,
      reference: 'reverse',
      captureMethod: 'manual',
    });
    await house.service.post(`${PAYMENTS}/${String(body.id)}/cancel`, 'reverse void');
    await house.assertOracles();
    expect((await house.service.get(`${PAYMENTS}/${String(body.id)}`)).body).toMatchObject({ status: 'canceled' });
  });
});
