import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { IS_LONG } from '../support/fault-suite';
import { House } from '../support/house';
import { query } from '../support/query';
import { eventually, freePort, RunningService, type Answer } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const VISA = { amount: 4_999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };
const NOTICE = 2_000;

describe('a service that is told to end', () => {
  let house: House;
  beforeEach(async () => {
    house = await House.build();
  });
  afterEach(async () => {
    await house.stripe.clearFaults();
    await house.tearDown();
  });

  const pay = (reference: string): Promise<Answer> => house.service.post(PAYMENTS, reference, { ...VISA, reference });
  const ready = async () => (await house.service.send('GET', '/api/health/ready')).body.code ?? 'ready';
  const sent = async () => (await house.stripe.journal({ method: 'POST', path: '/v1/payment_intents' })).length;

  async function untilSent(count: number): Promise<void> {
    await eventually(async () => expect(await sent()).toBe(count));
  }

  it('with fifty payments under way is not ready first, answers them and what still comes, and then is gone', async () => {
    const service = await house.open({ env: { STRIPE_TIMEOUT_MS: '10000', SHUTDOWN_NOTICE_MS: String(NOTICE) } });
    await house.stripe.fault({
      kind: 'delay',
      ms: 1_500,
      times: 0,
      match: { path: '/v1/payment_intents', method: 'POST' },
    });
    const halfway = await begun(service, 'half sent');
    const underWay = Array.from({ length: 50 }, (_, n) => pay(`under way ${String(n)}`));
    await untilSent(50);
    const since = performance.now();
    process.kill(service.pid, 'SIGTERM');
    await eventually(async () => expect(await ready()).toBe('shutting_down'));
    const late = await pay('late');
    expect([late.status, late.headers.get('connection')]).toEqual([201, 'close']);
    halfway.finish();
    expect((await Promise.all(underWay)).map(({ status }) => status)).toEqual(underWay.map(() => 201));
    expect(await halfway.answer).toMatch(/^HTTP\/1\.1 201 /);
    await service.ended();
    expect(service.exitCode).toBe(0);
    expect(performance.now() - since).toBeGreaterThanOrEqual(NOTICE);
    await expect(pay('too late')).rejects.toThrow('fetch failed');
    await house.open();
    await house.assertOracles();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('twice, at first by %s, answers all the same', async (first) => {
    const service = await house.open({ env: { STRIPE_TIMEOUT_MS: '10000' } });
    await house.stripe.fault({
      kind: 'delay',
      ms: 1_000,
      times: 0,
      match: { path: '/v1/payment_intents', method: 'POST' },
    });
    const underWay = pay('under way');
    await untilSent(1);
    for (const signal of [first, 'SIGTERM', 'SIGINT'] as const) {
      process.kill(service.pid, signal);
      await sleep(100);
    }
    expect((await underWay).status).toBe(201);
    await service.ended();
    expect(service.exitCode).toBe(0);
  });

  const itLong = IS_LONG ? it : it.skip;

  itLong(
    'while Stripe hangs is gone within 30 seconds, and another has its job long before the lease is over',
    async () => {
      const service = await house.open({ env: { STRIPE_TIMEOUT_MS: '30000' } });
      const other = await RunningService.start({
        databaseUrl: house.database.url,
        stripeUrl: house.stripeUrl,
        apiKey: house.apiKey,
        port: await freePort(),
        env: { STRIPE_TIMEOUT_MS: '30000' },
      });
      try {
        const { body } = await pay('seen late');
        await house.assertOracles();
        await house.stripe.fault({
          kind: 'delay',
          ms: 29_000,
          match: { method: 'GET', path: '/v1/refunds' },
        });
        await refundInDashboard(house, String(body.id));
        await eventually(async () => expect((await heldJobs(house)).length).toBeGreaterThan(0));
        await house.stripe.clearFaults();
        const neverSent = await begun(service, 'never sent');
        const since = performance.now();
        process.kill(service.pid, 'SIGTERM');
        await service.ended();
        expect([service.exitCode, performance.now() - since < 30_000]).toEqual([0, true]);
        neverSent.drop();
        // Its lease would be 90 seconds.
        await eventually(async () => {
          const { body: payment } = await other.get(`${PAYMENTS}/${String(body.id)}`);
          expect(payment.refundedAmount).toBe(500);
        }, 5_000);
        await house.assertOracles();
      } finally {
        await other.stop();
      }
    },
    120_000,
  );
});

/** A request whose body has not come in full yet. */
async function begun(service: RunningService, reference: string) {
  const { hostname, port } = new URL(service.origin);
  const socket: Socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  let answer = '';
  socket.on('data', (piece: Buffer) => (answer += piece.toString()));
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(answer)));
  const body = JSON.stringify({ ...VISA, reference });
  const head = [
    `POST ${PAYMENTS} HTTP/1.1`,
    'Host: cashdesk',
    `Authorization: Bearer ${service.apiKey}`,
    `Idempotency-Key: ${reference}`,
    'Content-Type: application/json',
    `Content-Length: ${String(body.length)}`,
  ];
  await new Promise<void>((resolve) =>
    socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`, () => resolve()),
  );
  return {
    answer: closed,
    finish: () => socket.write(body.slice(10)),
    drop: () => socket.destroy(),
  };
}

async function refundInDashboard(house: House, payment: string): Promise<void> {
  const { payment_intents: intents } = await house.stripe.state();
  const intent = intents.find(({ metadata }) => metadata.cashdesk_payment === payment);
  await fetch(`${house.stripeUrl}/v1/refunds`, {
    method: 'POST',
    body: new URLSearchParams({ payment_intent: String(intent?.id), amount: '500' }),
    headers: { authorization: 'Bearer sk_test_somebody' },
  });
}

function heldJobs(house: House): Promise<Record<string, unknown>[]> {
  return query(house.database.url, 'SELECT key FROM jobs WHERE hold IS NOT NULL');
}
