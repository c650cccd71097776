import { drain } from '../../src/application/shared/drain';
import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';

const LIMITS = { atOnce: 8, most: 1_000, isEnding: () => false };

/** So many items; what is taken is gone. */
const heapOf = (count: number) => {
  let left = count;
  const taken: number[] = [];
  const take = (limit: number) => {
    const items = Array.from({ length: Math.min(limit, left) }, (_, n) => left - n);
    left -= items.length;
    taken.push(items.length);
    return Promise.resolve({ items, more: items.length === limit });
  };
  return { take, taken, left: () => left };
};

describe('What is due', () => {
  it('is worked on without a pause until nothing is left, a few at once, and taken only when begun', async () => {
    const heap = heapOf(100);
    let [running, most, begun] = [0, 0, 0];
    const work = async () => {
      begun += 1;
      running += 1;
      most = Math.max(most, running);
      expect(100 - heap.left()).toBeLessThanOrEqual(begun + 8);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    expect(await drain({ ...LIMITS, take: heap.take, work })).toEqual({ count: 100, failures: [], more: false });
    expect(most).toBe(8);
    expect(begun).toBe(100);
  });

  it('goes on past one that takes its time', async () => {
    const heap = heapOf(50);
    let free = () => {};
    let done = 0;
    const work = (item: number) => {
      if (item === 50) return new Promise<void>((resolve) => (free = resolve));
      done += 1;
      if (done === 49) free();
      return Promise.resolve();
    };
    expect((await drain({ ...LIMITS, take: heap.take, work })).count).toBe(50);
  });

  it('that is more than enough for one go goes on in the next', async () => {
    const heap = heapOf(100);
    const go = () => drain({ ...LIMITS, most: 60, take: heap.take, work: () => Promise.resolve() });
    expect(await go()).toMatchObject({ count: 60, more: true });
    expect(await go()).toMatchObject({ count: 40, more: false });
  });

  it('of which one fails is worked on all the same, and of many failures a few are told', async () => {
    const work = (item: number) => (item === 7 ? Promise.reject(new Error('broken')) : Promise.resolve());
    const { count, failures } = await drain({ ...LIMITS, take: heapOf(20).take, work });
    expect([count, failures.length]).toEqual([20, 1]);
    const fail = () => Promise.reject(new Error('broken'));
    expect((await drain({ ...LIMITS, take: heapOf(200).take, work: fail })).failures).toHaveLength(10);
  });

  it.each([
    ['answers nothing', () => Promise.resolve('away')],
    ['is said to be away', () => Promise.reject(new GatewayUnavailable('no answer'))],
  ])('is left for later when Stripe %s', async (_what, work) => {
    const heap = heapOf(1_000);
    const { count, more } = await drain({ ...LIMITS, take: heap.take, work });
    expect(count).toBeLessThan(25);
    expect(more).toBe(false);
  });

  it('is not left for later because a few answers were lost among many', async () => {
    const work = (item: number) => Promise.resolve(item % 4 === 0 ? 'away' : undefined);
    expect((await drain({ ...LIMITS, take: heapOf(100).take, work })).count).toBe(100);
  });
});
