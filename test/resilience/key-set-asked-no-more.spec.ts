import { setTimeout as sleep } from 'node:timers/promises';
import { PublishedKeys, type PublishedKey } from '../../src/application/access/published-keys';
import { CircuitBreakingPublishedKeys } from '../../src/infrastructure/resilience/circuit-breaking-published-keys';

const PAUSE = 100;

class Unsteady extends PublishedKeys {
  asked = 0;
  away = true;

  override fetch(): Promise<readonly PublishedKey[]> {
    this.asked += 1;
    return this.away ? Promise.reject(new Error('it cannot be reached')) : Promise.resolve([]);
  }
}

let inner: Unsteady;
let keys: CircuitBreakingPublishedKeys;
beforeEach(() => {
  inner = new Unsteady();
  keys = new CircuitBreakingPublishedKeys(inner, PAUSE);
});
afterEach(() => {
  keys.close();
});

async function fail(times: number): Promise<void> {
  for (let n = 0; n < times; n++) await expect(keys.fetch()).rejects.toThrow();
}

it('a key set that fails three times is not asked any more', async () => {
  await fail(2);
  expect(keys.state).toBe('closed');
  await fail(10);
  expect([inner.asked, keys.state]).toEqual([3, 'open']);
});

it('after the pause it is asked once, and again when that went well', async () => {
  await fail(3);
  await sleep(PAUSE * 2);
  expect(keys.state).toBe('half_open');
  await fail(3);
  expect([inner.asked, keys.state]).toEqual([4, 'open']);
  inner.away = false;
  await sleep(PAUSE * 2);
  await keys.fetch();
  await keys.fetch();
  expect([inner.asked, keys.state]).toEqual([6, 'closed']);
});

it('what it answers is passed on', async () => {
  inner.away = false;
  expect(await keys.fetch()).toEqual([]);
  inner.away = true;
  await expect(keys.fetch()).rejects.toThrow('it cannot be reached');
});
