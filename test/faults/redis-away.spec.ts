import Redis from 'ioredis';
import { IS_LONG, shuffled } from '../support/fault-suite';
import { House } from '../support/house';
import { startRedis, type TestRedis } from '../support/redis-server';
import { eventually, freePort, type Answer } from '../support/running-service';
import { TcpProxy } from '../support/tcp-proxy';

const VISA = { amount: 4999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };

describe('Redis, which holds only what may be lost', () => {
  async function redisHealth(house: House): Promise<unknown> {
    const { body } = await house.service.send('GET', '/api/health');
    return JSON.parse(JSON.stringify(body)) as unknown;
  }

  it('may be away from the start: payments go on, and health says so', async () => {
    const house = await House.build();
    try {
      await house.open({ env: { REDIS_URL: `redis://127.0.0.1:${String(await freePort())}` } });
      const { body } = await house.service.post('/api/v1/payments', 'without', { ...VISA, reference: 'without' });
      expect(body).toMatchObject({ status: 'succeeded' });
      expect(JSON.stringify(await redisHealth(house))).toContain('Redis does not answer');
      await house.assertOracles();
    } finally {
      await house.tearDown();
    }
  });

  it('is used where it is, and may be lost in the middle', async () => {
    const redis = await startRedis();
    if (redis === null) return;
    const house = await House.build();
    try {
      await house.open({ env: { REDIS_URL: redis.url } });
      await eventually(async () => {
        expect(JSON.stringify(await redisHealth(house))).not.toContain('Redis does not answer');
      });
      await redis.stop();
      const { body } = await house.service.post('/api/v1/payments', 'lost', { ...VISA, reference: 'lost' });
      expect(body).toMatchObject({ status: 'succeeded' });
      await eventually(async () => {
        expect(JSON.stringify(await redisHealth(house))).toContain('Redis does not answer');
      });
    } finally {
      await house.tearDown();
    }
  });
});

describe('a hundred payments under way while Redis', () => {
  let house: House;
  let redis: TestRedis | null;
  let way: TcpProxy;
  beforeAll(async () => {
    redis = await startRedis();
    way = await TcpProxy.open(() =>
      redis === null ? null : { host: '127.0.0.1', port: Number(new URL(redis.url).port) },
    );
    house = await House.build();
    await house.open({
      env: {
        REDIS_URL: `redis://127.0.0.1:${String(way.port)}`,
        STRIPE_TIMEOUT_MS: '10000',
        STRIPE_REQUESTS_PER_SECOND: '2000',
      },
    });
    await house.stripe.fault({
      kind: 'delay',
      ms: 700,
      match: { path: '/v1/payment_intents', method: 'POST' },
      times: 0,
    });
  });
  afterAll(async () => {
    await way.clear();
    await house.tearDown();
    await way.close();
    await redis?.stop();
  });

  const sent = async () => (await house.stripe.journal({ method: 'POST', path: '/v1/payment_intents' })).length;
  const probe = async (name: string) => (await house.service.send('GET', `/api/health/${name}`)).status;

  async function untilHealthSays(isAway: boolean): Promise<void> {
    await eventually(async () => {
      const { status, text } = await house.service.send('GET', '/api/health');
      expect([status, text.includes('Redis does not answer')]).toEqual([200, isAway]);
    });
  }

  /** Half of them are at Stripe when it happens, half come afterwards. */
  async function payThrough(what: string, happens: () => unknown): Promise<void> {
    const pay = (n: number): Promise<Answer> => {
      const reference = `${what} ${String(n)}`;
      return house.service.post('/api/v1/payments', reference, { ...VISA, reference });
    };
    const before = await sent();
    const early = Array.from({ length: 50 }, (_, n) => pay(n));
    await eventually(async () => expect((await sent()) - before).toBeGreaterThan(0));
    await happens();
    const answers = await Promise.all([...early, ...Array.from({ length: 50 }, (_, n) => pay(50 + n))]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect([await probe('live'), await probe('ready')]).toEqual([200, 200]);
    expect((await sent()) - before).toBe(100);
  }

  async function flush(): Promise<void> {
    const client = new Redis(redis!.url, { lazyConnect: true });
    await client.connect();
    await client.flushall();
    client.disconnect();
  }

  const troubles: [string, () => unknown, boolean][] = [
    ['is slow', () => way.delay(1_500), true],
    ['swallows everything', () => way.blackhole(), true],
    ['loses its connections', () => way.cut(), false],
    ['is emptied', flush, false],
    ['is killed', () => redis!.stop().then(() => (redis = null)), true],
  ];

  it.each(IS_LONG ? troubles : shuffled(troubles, ([what]) => what).slice(0, 2))(
    '%s are all taken, each once',
    async (what, happens, isAway) => {
      // Where there is no redis-server at all, it was said.
      if (redis === null) return;
      await untilHealthSays(false);
      await payThrough(what, happens);
      await untilHealthSays(isAway);
      redis ??= await startRedis();
      await way.clear();
      await untilHealthSays(false);
      await house.assertOracles();
    },
  );
});
