import { PublishedKeys, type PublishedKey } from '../../src/application/access/published-keys';
import { Clock } from '../../src/application/shared/clock';
import { KnownKeys } from '../../src/infrastructure/crypto/known-keys';
import { signingKey } from '../support/key-set-server';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

class Wound extends Clock {
  time = 1_800_000_000_000;

  override now(): Date {
    return new Date(this.time);
  }
  override sleep(): Promise<void> {
    return Promise.resolve();
  }
}

class Scripted extends PublishedKeys {
  asked = 0;
  keys: PublishedKey[] | null = [];
  gate: Promise<void> = Promise.resolve();

  override async fetch(): Promise<readonly PublishedKey[]> {
    this.asked += 1;
    await this.gate;
    if (this.keys === null) throw new Error('it cannot be reached');
    return this.keys;
  }
}

const published = (id: string): PublishedKey => ({ id, algorithm: 'ES256', key: signingKey(id, 'ES256').publicKey });
const [ONE, TWO] = [published('one'), published('two')];

let clock: Wound;
let source: Scripted;
let known: KnownKeys;
let troubles: unknown[];
beforeEach(() => {
  clock = new Wound();
  source = new Scripted();
  source.keys = [ONE];
  troubles = [];
  known = new KnownKeys(source, clock, (error) => troubles.push(error));
});

const find = (id: string) => known.find('ES256', id);
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('ten thousand made-up kids cause one fetch, and one more after ten seconds', async () => {
  await find('one');
  clock.time += 10 * SECOND;
  const made = () => Promise.all(Array.from({ length: 10_000 }, (_, n) => find(`made-up-${String(n)}`)));
  expect(new Set(await made())).toEqual(new Set(['unknown']));
  expect(source.asked).toBe(2);
  clock.time += 9 * SECOND;
  await made();
  expect(source.asked).toBe(2);
  clock.time += 1 * SECOND;
  await made();
  expect(source.asked).toBe(3);
});

it('nor do they cause more of them while nobody answers', async () => {
  source.keys = null;
  for (let n = 0; n < 1_000; n++) expect(await find(`made-up-${String(n)}`)).toBe('unavailable');
  expect(source.asked).toBe(1);
});

it('a known key stays in use while nobody answers, for a day and without waiting', async () => {
  await find('one');
  source.keys = null;
  for (let n = 0; n < 24 * 60; n++) {
    clock.time += MINUTE;
    expect(await find('one')).toBe(ONE.key);
    await settled();
  }
  expect(known.state).toEqual({ count: 1, failing: true });
  expect(troubles).toHaveLength(1);
  source.keys = [ONE, TWO];
  clock.time += MINUTE;
  expect(await find('two')).toBe(TWO.key);
  expect(known.state).toEqual({ count: 2, failing: false });
});

it('while it fails and hangs, who has a known key does not wait', async () => {
  await find('one');
  source.keys = null;
  clock.time += 11 * MINUTE;
  await find('one');
  source.gate = new Promise(() => undefined);
  clock.time += MINUTE;
  expect(await find('one')).toBe(ONE.key);
});

it('a key that is published later is found by the first token that names it', async () => {
  await find('one');
  clock.time += 30 * SECOND;
  source.keys = [ONE, TWO];
  expect(await find('two')).toBe(TWO.key);
  expect(source.asked).toBe(2);
});

it('a key that was taken back is not taken after ten minutes, nor when all were', async () => {
  await find('one');
  source.keys = [TWO];
  clock.time += 10 * MINUTE;
  expect(await find('one')).toBe('unknown');
  source.keys = [];
  clock.time += 10 * MINUTE;
  expect(await find('two')).toBe('unknown');
  expect(known.state).toEqual({ count: 0, failing: false });
});

it('after five minutes keys are fetched beside the request, which does not wait', async () => {
  await find('one');
  source.gate = new Promise(() => undefined);
  clock.time += 5 * MINUTE;
  expect(await find('one')).toBe(ONE.key);
  expect(source.asked).toBe(2);
});

it('a key is found for its own algorithm only', async () => {
  expect(await known.find('RS256', 'one')).toBe('unknown');
  expect(await known.find('EdDSA', 'one')).toBe('unknown');
});

it('who asks meanwhile gets the answer of the fetch that is under way', async () => {
  expect(new Set(await Promise.all(Array.from({ length: 100 }, () => find('one'))))).toEqual(new Set([ONE.key]));
  expect(source.asked).toBe(1);
});

it('a clock that is set back keeps nothing longer', async () => {
  await find('one');
  clock.time -= 60 * MINUTE;
  source.keys = [TWO];
  expect(await find('one')).toBe('unknown');
});
