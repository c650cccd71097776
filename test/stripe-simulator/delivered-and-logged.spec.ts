import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { confirmedPayment, eventually, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';
import { webhookReceiver, type ReceivedWebhook, type WebhookReceiver } from './webhook-receiver';

const SECRET = 'whsec_of_the_specs';

describe('Deliveries', () => {
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

  const create = (): Promise<Stripe.PaymentIntent> => stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
  const received = (number: number): Promise<ReceivedWebhook[]> =>
    eventually(
      () => receiver.received,
      (all) => all.length >= number,
    );
  const settled = (): Promise<unknown> =>
    eventually(
      () => simulator.control.deliveries({ status: 'pending' }),
      (pending) => pending.length === 0,
    );
  const ownEndpoint = async (): Promise<string> => (await stripe.webhookEndpoints.list()).data[0]?.id ?? '';
  const signatures = ({ headers }: ReceivedWebhook): string[] =>
    String(headers['stripe-signature'])
      .split(',')
      .filter((part) => part.startsWith('v1='));
  const isSignedWith = ({ headers, payload }: ReceivedWebhook, secret: string): boolean => {
    const timestamp = /t=(\d+)/.exec(String(headers['stripe-signature']))?.[1] ?? '';
    const own = createHmac('sha256', secret).update(`${timestamp}.${payload}`).digest('hex');
    return String(headers['stripe-signature']).includes(`v1=${own}`);
  };

  describe('are signed', () => {
    it('with every secret that lives, while a secret is rolled over', async () => {
      const endpoint = await ownEndpoint();
      const { secret: second } = await simulator.control.rollSecret(endpoint, 3_600);
      const { secret: third } = await simulator.control.rollSecret(endpoint, 60);
      await create();
      const [first] = await received(1);
      expect(signatures(first!)).toHaveLength(3);
      for (const secret of [SECRET, second, third]) {
        expect(isSignedWith(first!, secret)).toBe(true);
        expect(
          stripe.webhooks.constructEvent(first!.payload, String(first!.headers['stripe-signature']), secret).type,
        ).toBe('payment_intent.created');
      }
      await simulator.control.advanceClock(61);
      await create();
      const [, later] = await received(2);
      expect(signatures(later!)).toHaveLength(2);
      expect(isSignedWith(later!, second)).toBe(false);
      await simulator.control.advanceClock(3_600);
      await create();
      const [, , last] = await received(3);
      expect(signatures(last!)).toHaveLength(1);
      expect(isSignedWith(last!, third)).toBe(true);
    });

    it('with the new secret alone, when the old one ends at once', async () => {
      const { secret } = await simulator.control.rollSecret(await ownEndpoint(), 0);
      await create();
      const [first] = await received(1);
      expect(signatures(first!)).toHaveLength(1);
      expect(isSignedWith(first!, secret)).toBe(true);
    });

    it.each([-1, 86_401, 1.5])('and refuse an overlap of %d seconds', async (seconds) => {
      await expect(simulator.control.rollSecret(await ownEndpoint(), seconds)).rejects.toThrow(
        "'expiresInSeconds' is a whole number from 0 to 86400.",
      );
    });
  });

  it('are logged with the time, duration, status and answer of each try', async () => {
    receiver.answers.push(500);
    await create();
    await received(2);
    await settled();
    const [delivery] = await simulator.control.deliveries({ type: 'payment_intent.created' });
    expect(delivery).toMatchObject({ status: 'delivered', url: receiver.url });
    expect(delivery?.tries).toEqual([
      { at: expect.any(String), durationMs: expect.any(Number), status: 500, answer: '', error: null },
      { at: expect.any(String), durationMs: expect.any(Number), status: 200, answer: '', error: null },
    ]);
  });

  it('keep the first characters of what the endpoint answered, or why it did not', async () => {
    const talkative = createServer((request, response) => {
      request.resume();
      response.writeHead(400).end('no '.repeat(1_000));
    });
    await new Promise<void>((resolve) => talkative.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${String((talkative.address() as AddressInfo).port)}`;
    await simulator.control.settings({ webhookMaxTries: 1 });
    await stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
    await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:1/nobody', enabled_events: ['*'] });
    await create();
    const failed = await eventually(
      () => simulator.control.deliveries({ status: 'failed' }),
      (rows) => rows.length === 2,
    );
    const tries = failed.flatMap((row) => row.tries.map(({ status, answer, error }) => ({ status, answer, error })));
    expect(tries).toContainEqual({ status: 400, answer: 'no '.repeat(1_000).slice(0, 256), error: null });
    expect(tries).toContainEqual({ status: null, answer: '', error: expect.stringContaining('ECONNREFUSED') });
    talkative.close();
  });

  it('count down what is pending, endpoint by endpoint', async () => {
    await simulator.control.settings({ webhookMaxTries: 1 });
    await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:1/nobody', enabled_events: ['*'] });
    await create();
    await settled();
    const [event] = (await stripe.events.list()).data;
    expect(event?.pending_webhooks).toBe(1);
    expect((await stripe.events.list({ delivery_success: true })).data).toEqual([]);
    expect((await stripe.events.list({ delivery_success: false })).data).toHaveLength(1);
  });

  it('give nothing to an endpoint that is disabled, and end what was still to be tried there', async () => {
    const endpoint = await ownEndpoint();
    receiver.answers.push(...Array<number>(50).fill(500));
    await create();
    await received(1);
    await stripe.webhookEndpoints.update(endpoint, { disabled: true });
    const [failed] = await eventually(
      () => simulator.control.deliveries(),
      ([row]) => row?.status === 'failed',
    );
    expect(failed?.tries.at(-1)?.error).toBe('the endpoint was deleted or disabled');
    await create();
    expect(await simulator.control.deliveries()).toHaveLength(1);
    receiver.answers.length = 0;
    await stripe.webhookEndpoints.update(endpoint, { disabled: false });
    await create();
    expect(await simulator.control.deliveries({ status: 'failed' })).toHaveLength(1);
    await settled();
  });

  it('sent again by hand stand in the log, and end the tries when they are taken', async () => {
    await simulator.control.settings({ webhookBackoffMs: [60_000] });
    receiver.answers.push(500);
    await create();
    const [first] = await received(1);
    const id = first?.event.id ?? '';
    const endpoint = await ownEndpoint();
    await eventually(
      () => simulator.control.deliveries({ event: id }),
      ([row]) => row?.tries.length === 1,
    );
    expect(await simulator.control.resend(id, 1, endpoint)).toEqual([200]);
    const [delivery] = await simulator.control.deliveries({ event: id, endpoint });
    expect([delivery?.status, delivery?.tries.map(({ status }) => status)]).toEqual(['delivered', [500, 200]]);
    expect((await stripe.events.retrieve(id)).pending_webhooks).toBe(0);
    await expect(simulator.control.resend(id, 1, 'we_none')).rejects.toThrow(
      'No such webhook endpoint: \\"we_none\\".',
    );
  });

  describe('to a slow endpoint', () => {
    let slow: Server;
    let open = 0;
    let most = 0;

    beforeEach(async () => {
      open = most = 0;
      slow = createServer((request, response) => {
        open += 1;
        most = Math.max(most, open);
        request.resume();
        setTimeout(() => {
          open -= 1;
          response.end();
        }, 10);
      });
      await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    });
    afterEach(() => {
      slow.close();
      slow.closeAllConnections();
    });

    it('are as many at the same time as the setting says, and hold up no other endpoint', async () => {
      await simulator.control.settings({ webhookParallel: 3 });
      const url = `http://127.0.0.1:${String((slow.address() as AddressInfo).port)}`;
      await stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
      await simulator.control.pauseWebhooks();
      for (let made = 0; made < 30; made += 1) await create();
      await simulator.control.resumeWebhooks();
      await settled();
      expect(most).toBe(3);
      expect(receiver.received).toHaveLength(30);
    });
  });

  it('come in the order of the events, one after the other if told so', async () => {
    await simulator.control.settings({ webhookParallel: 1 });
    await simulator.control.pauseWebhooks();
    const made: string[] = [];
    for (let count = 0; count < 20; count += 1) made.push((await create()).id);
    await simulator.control.resumeWebhooks();
    await received(20);
    expect(receiver.received.map(({ event }) => (event.data.object as { id: string }).id)).toEqual(made);
  });

  it('reach an endpoint that closes kept connections again and again', async () => {
    for (let made = 0; made < 5; made += 1) {
      await create();
      await received(made + 1);
      receiver.closeConnections();
    }
    await settled();
    const tries = (await simulator.control.deliveries()).map((row) => row.tries.map(({ status }) => status));
    expect(tries).toEqual(Array(5).fill([200]));
  });

  it('and their events are forgotten after 30 days, from memory too', async () => {
    await create();
    await settled();
    await simulator.control.advanceClock(20 * 86_400);
    await create();
    await settled();
    expect((await stripe.events.list()).data).toHaveLength(2);
    await simulator.control.advanceClock(11 * 86_400);
    expect((await stripe.events.list()).data.map(({ type }) => type)).toEqual(['payment_intent.created']);
    const { events, deliveries } = await simulator.control.state();
    expect([events.length, deliveries.length]).toEqual([1, 1]);
  });

  it('and keys are forgotten when they have expired, from memory too', async () => {
    await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'k1' });
    expect((await simulator.control.savedState()).tables.idempotency).toHaveLength(1);
    await simulator.control.advanceClock(86_401);
    expect((await simulator.control.savedState()).tables.idempotency).toEqual([]);
  });

  describe('in an older version', () => {
    const objectOf = async (type: string): Promise<Record<string, unknown>> => {
      const all = await eventually(
        () => receiver.received,
        (webhooks) => webhooks.some(({ event }) => event.type === type),
      );
      return all.find(({ event }) => event.type === type)?.event.data.object as unknown as Record<string, unknown>;
    };

    it('show a payment intent with its charges, and a charge with its refunds', async () => {
      await simulator.control.fault({ kind: 'webhook_old_version', times: 0 });
      const { id, latest_charge: charge } = await stripe.paymentIntents.create(confirmedPayment);
      expect(await objectOf('payment_intent.succeeded')).toMatchObject({
        id,
        invoice: null,
        charges: { object: 'list', total_count: 1, has_more: false, data: [{ id: charge, invoice: null }] },
      });
      expect(await objectOf('charge.succeeded')).toMatchObject({ id: charge, refunds: { object: 'list', data: [] } });
      expect(new Set(receiver.received.map(({ event }) => event.api_version))).toEqual(new Set(['2022-08-01']));
    });

    it('follow the version that a fault names', async () => {
      await simulator.control.fault({ kind: 'webhook_old_version', times: 0, apiVersion: '2024-06-20' });
      await stripe.paymentIntents.create(confirmedPayment);
      const intent = await objectOf('payment_intent.succeeded');
      expect(intent).toHaveProperty('invoice', null);
      expect(intent).not.toHaveProperty('charges');
    });

    it('go to the endpoint that was made for it, and to no other', async () => {
      const older = await webhookReceiver();
      await stripe.webhookEndpoints.create({ url: older.url, enabled_events: ['*'], api_version: '2022-08-01' });
      await create();
      await eventually(
        () => older.received,
        (all) => all.length === 1,
      );
      await received(1);
      expect(older.received[0]?.event.api_version).toBe('2022-08-01');
      expect(older.received[0]?.event.data.object).toHaveProperty('charges.data', []);
      expect(receiver.received[0]?.event.api_version).toBe('2026-09-30.endive');
      expect(receiver.received[0]?.event.data.object).not.toHaveProperty('charges');
      await older.close();
    });
  });
});
