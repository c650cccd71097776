import { House } from '../support/house';
import { startRedis } from '../support/redis-server';
import { eventually, freePort } from '../support/running-service';

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
