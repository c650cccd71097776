import Stripe from 'stripe';
import {
  confirmedPayment,
  eventually,
  failure,
  simulatorUnderTest,
  type SimulatorUnderTest,
} from './simulator-under-test';
import { webhookReceiver, type ReceivedWebhook, type WebhookReceiver } from './webhook-receiver';

const SECRET = 'whsec_of_the_specs';

describe('Events and webhooks', () => {
  let receiver: WebhookReceiver;
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeEach(async () => {
    receiver = await webhookReceiver();
    simulator = await simulatorUnderTest({ webhook: { url: receiver.url, secret: SECRET } });
    ({ stripe } = simulator);
    await simulator.control.settings({ webhookBackoffMs: [30] });
  });
  afterEach(async () => {
    await simulator.close();
    await receiver.close();
  });

  const types = (): string[] => receiver.received.map(({ event }) => event.type);
  const received = (number: number): Promise<ReceivedWebhook[]> =>
    eventually(
      () => receiver.received,
      (all) => all.length >= number,
    );
  const verify = ({ payload, headers }: ReceivedWebhook): Stripe.Event =>
    stripe.webhooks.constructEvent(payload, headers['stripe-signature'] as string, SECRET);

  it('tell of a payment in signed requests, after the answer', async () => {
    const paid = await stripe.paymentIntents.create(
      { ...confirmedPayment, capture_method: 'automatic' },
      { idempotencyKey: 'k1' },
    );
    const all = await received(3);
    expect(types().sort()).toEqual(['charge.succeeded', 'payment_intent.created', 'payment_intent.succeeded']);
    for (const webhook of all) {
      expect(verify(webhook)).toMatchObject({
        object: 'event',
        api_version: '2026-09-30.endive',
        livemode: false,
        pending_webhooks: 1,
        request: { id: paid.lastResponse.requestId, idempotency_key: 'k1' },
      });
    }
    const { data } = await eventually(
      () => stripe.events.list(),
      (list) => list.data.every((event) => event.pending_webhooks === 0),
    );
    expect(data.map(({ type }) => type)).toEqual([
      'payment_intent.succeeded',
      'charge.succeeded',
      'payment_intent.created',
    ]);
    expect(await stripe.events.retrieve(data[0]?.id ?? '')).toMatchObject({
      data: { object: { id: paid.id, status: 'succeeded' } },
    });
  });

  it.each<[string, () => Promise<unknown>, string[]]>([
    [
      'decline',
      () => failure(stripe.paymentIntents.create({ ...confirmedPayment, payment_method: 'pm_card_chargeDeclined' })),
      ['charge.failed', 'payment_intent.payment_failed'],
    ],
    [
      'challenge',
      () => stripe.paymentIntents.create({ ...confirmedPayment, payment_method: 'pm_card_authenticationRequired' }),
      ['payment_intent.requires_action'],
    ],
    [
      'hold',
      () => stripe.paymentIntents.create({ ...confirmedPayment, capture_method: 'manual' }),
      ['charge.succeeded', 'payment_intent.amount_capturable_updated'],
    ],
    [
      'capture',
      async () =>
        stripe.paymentIntents.capture(
          (await stripe.paymentIntents.create({ ...confirmedPayment, capture_method: 'manual' })).id,
        ),
      ['charge.captured', 'payment_intent.succeeded'],
    ],
    [
      'cancellation',
      async () =>
        stripe.paymentIntents.cancel(
          (await stripe.paymentIntents.create({ ...confirmedPayment, capture_method: 'manual' })).id,
        ),
      ['payment_intent.canceled'],
    ],
  ])('announce a %s by its own events', async (_name, act, expected) => {
    await act();
    const events = (await stripe.events.list()).data.map(({ type }) => type);
    expect(events.slice(0, expected.length).reverse()).toEqual(expected);
    expect(events).not.toContain('charge.refunded');
  });

  it('try again until they are taken, each time freshly signed, and keep a log', async () => {
    receiver.answers.push(500, 302);
    await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    const all = await received(3);
    expect(new Set(all.map(({ event }) => event.id)).size).toBe(1);
    all.forEach(verify);
    const [delivery] = await eventually(
      () => simulator.control.deliveries(),
      ([row]) => row?.status === 'delivered',
    );
    expect(delivery?.tries.map(({ status }) => status)).toEqual([500, 302, 200]);
  });

  it('wait while they are paused', async () => {
    await simulator.control.pauseWebhooks();
    await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(receiver.received).toHaveLength(0);
    await simulator.control.resumeWebhooks();
    expect(await received(1)).toHaveLength(1);
  });

  it('are sent again, many at once, on demand', async () => {
    await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    const [first] = await received(1);
    expect(await simulator.control.resend(first?.event.id ?? '', 20)).toEqual(Array(20).fill(200));
    expect(receiver.received.map(({ event }) => event.id)).toEqual(Array(21).fill(first?.event.id));
  });

  it('go to the endpoints that listen to their type, whose secret is shown once', async () => {
    const made = await stripe.webhookEndpoints.create({
      url: `${receiver.url}/2`,
      enabled_events: ['payment_intent.canceled'],
    });
    expect(made.secret).toMatch(/^whsec_/);
    expect((await stripe.webhookEndpoints.retrieve(made.id)).secret).toBeUndefined();
    const { id } = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    await stripe.paymentIntents.cancel(id);
    await received(3);
    const urls = (await simulator.control.deliveries()).map(({ event_type, url }) => [event_type, url.endsWith('/2')]);
    expect(urls).toHaveLength(3);
    expect(urls).toContainEqual(['payment_intent.canceled', true]);
    expect(await stripe.webhookEndpoints.del(made.id)).toMatchObject({ deleted: true });
    expect((await stripe.webhookEndpoints.list()).data).toHaveLength(1);
  });

  describe('with faults', () => {
    const create = (): Promise<Stripe.PaymentIntent> =>
      stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));

    it('are dropped', async () => {
      await simulator.control.fault({ kind: 'webhook_drop', match: { eventType: 'payment_intent.created' } });
      await create();
      await quiet();
      expect(receiver.received).toHaveLength(0);
      expect((await simulator.control.deliveries())[0]?.status).toBe('dropped');
    });

    it('are doubled', async () => {
      await simulator.control.fault({ kind: 'webhook_double', copies: 3 });
      await create();
      const all = await received(3);
      expect(new Set(all.map(({ event }) => event.id)).size).toBe(1);
    });

    it('come under a second id', async () => {
      await simulator.control.fault({ kind: 'webhook_second_id' });
      await create();
      const all = await received(2);
      expect(new Set(all.map(({ event }) => event.id)).size).toBe(2);
      expect(all[0]?.event.data).toEqual(all[1]?.event.data);
    });

    it('are delayed', async () => {
      await simulator.control.fault({ kind: 'webhook_delay', ms: 300 });
      await create();
      await quiet();
      expect(receiver.received).toHaveLength(0);
      expect(await received(1)).toHaveLength(1);
    });

    it('come in reverse order', async () => {
      await simulator.control.fault({ kind: 'webhook_reorder', times: 0, ms: 50 });
      await stripe.paymentIntents.create({ ...confirmedPayment, capture_method: 'automatic' });
      await received(3);
      expect(types()).toEqual(['payment_intent.succeeded', 'charge.succeeded', 'payment_intent.created']);
    });

    it('are wrongly signed once', async () => {
      receiver.answers.push(400);
      await simulator.control.fault({ kind: 'webhook_bad_signature' });
      await create();
      const [bad, good] = await received(2);
      expect(() => verify(bad!)).toThrow(Stripe.errors.StripeSignatureVerificationError);
      verify(good!);
    });

    it('come before the answer', async () => {
      await simulator.control.fault({ kind: 'webhook_before_answer' });
      await create();
      expect(types()).toEqual(['payment_intent.created']);
    });

    it('come in an older version', async () => {
      await simulator.control.fault({ kind: 'webhook_old_version' });
      await create();
      expect((await received(1))[0]?.event.api_version).toBe('2022-08-01');
    });
  });
});
