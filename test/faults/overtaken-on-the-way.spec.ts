import { House } from '../support/house';
import { query } from '../support/query';
import { eventually } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const PAYMENT = { amount: 4999, currency: 'gbp' };

describe('what happens while an answer is awaited', () => {
  let house: House;

  beforeEach(async () => {
    house = await House.build();
    await house.open();
  });
  afterEach(() => house.tearDown());

  it('a failed challenge of one card says nothing of a second card that is slow to be charged', async () => {
    const first = await house.service.post(PAYMENTS, 'challenged', {
      ...PAYMENT,
      ...{
        reference: 'b1',
        paymentMethod: 'pm_card_threeDSecure2Required',
        confirm: true,
        returnUrl: 'https://shop.example',
      },
    });
    const path = `${PAYMENTS}/${String(first.body.id)}/confirm`;
    const [intent] = (await house.stripe.state()).payment_intents;
    await house.stripe.fault({ kind: 'delay', ms: 4_000, match: { path: '/v1/payment_intents/:id/confirm' } });
    const ask = () =>
      house.service.post(path, 'second card', { paymentMethod: 'pm_card_visa', returnUrl: 'https://shop.example' });
    const slow = ask();
    await new Promise((go) => setTimeout(go, 300));
    await house.stripe.authenticate(String(intent?.id), 'fail');
    expect(await slow).toMatchObject({ status: 202 });
    await eventually(async () => {
      expect(await ask()).toMatchObject({ status: 200, body: { status: 'succeeded' } });
    });
    await house.assertOracles();
  });

  it('a 500 to a capture is not taken for "no effect" while the effect may still come', async () => {
    const { body } = await house.service.post(PAYMENTS, 'held', {
      ...PAYMENT,
      ...{ reference: 'b2', paymentMethod: 'pm_card_visa', confirm: true, captureMethod: 'manual' },
    });
    await house.stripe.fault({ kind: 'error', status: 500, match: { path: '/v1/payment_intents/:id/capture' } });
    const ask = () => house.service.post(`${PAYMENTS}/${String(body.id)}/capture`, 'capture', {});
    expect(await ask()).toMatchObject({ status: 202, body: { status: 'unknown' } });
    expect(await ask()).toMatchObject({ status: 202, body: { status: 'unknown' } });
    await query(
      house.database.url,
      "UPDATE attempts SET first_sent_at = now() - interval '11 minutes' WHERE state = 'unknown'",
    );
    await eventually(async () => {
      expect(await ask()).toMatchObject({ status: 409, body: { code: 'no_effect' } });
    });
    await house.assertOracles();
  });

  it('a second intent with our id is listed for a person at once', async () => {
    const { body } = await house.service.post(PAYMENTS, 'once', {
      ...PAYMENT,
      ...{ reference: 'b3', paymentMethod: 'pm_card_visa', confirm: true },
    });
    const form = new URLSearchParams({
      amount: '4999',
      currency: 'gbp',
      payment_method: 'pm_card_visa',
      confirm: 'true',
    });
    form.set('automatic_payment_methods[enabled]', 'true');
    form.set('automatic_payment_methods[allow_redirects]', 'never');
    form.set('metadata[cashdesk_payment]', String(body.id));
    const stray = await fetch(`${house.stripeUrl}/v1/payment_intents`, {
      method: 'POST',
      body: form,
      headers: { authorization: 'Bearer sk_test_somebody' },
    });
    expect(stray.status).toBe(200);
    await eventually(async () => {
      const { body: listed } = await house.service.get(`${PAYMENTS}?attention=true`);
      expect(listed.data).toMatchObject([{ id: body.id, attention: expect.stringContaining('second intent') }]);
    });
    await eventually(async () => {
      const waiting = await query(house.database.url, "SELECT id FROM webhook_events WHERE status = 'received'");
      expect(waiting).toEqual([]);
    });
  });
});
