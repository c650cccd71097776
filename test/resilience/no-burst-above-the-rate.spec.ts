import { RateCap, type Turn } from '../../src/infrastructure/resilience/rate-cap';

const LONGEST = { urgent: 5_000, later: 10_000 };

let random = 0;
let left: { at: number; what: string }[];
let turned: { what: string; wait: number }[];
beforeEach(() => {
  jest.useFakeTimers();
  random = 0;
  left = [];
  turned = [];
});
afterEach(() => jest.useRealTimers());

const capped = (perSecond: number | null) => new RateCap({ perSecond, longestWait: LONGEST, random: () => random });

function ask(cap: RateCap, what: 'pay' | 'read', times = 1): void {
  for (let n = 0; n < times; n++) void cap.turn(what === 'pay').then((turn) => note(what, turn));
}

function note(what: string, turn: Turn): void {
  if (turn === null) left.push({ at: performance.now(), what });
  else turned.push({ what, wait: turn });
}

const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

/** The most that left within any second. */
function mostInASecond(): number {
  const times = left.map(({ at }) => at);
  return Math.max(0, ...times.map((begun) => times.filter((at) => at >= begun && at < begun + 1_000).length));
}

it('a few requests leave at once', async () => {
  ask(capped(20), 'pay', 2);
  await pass(0);
  expect(left).toHaveLength(2);
});

it('a thousand that come together leave at the rate, in no second more, and the rest is told when to come back', async () => {
  const cap = capped(50);
  ask(cap, 'pay', 1_000);
  await pass(20_000);
  expect(mostInASecond()).toBeLessThanOrEqual(50);
  expect(left.length).toBeGreaterThan(200);
  expect([left.length + turned.length, cap.waiting]).toEqual([1_000, 0]);
  expect(turned[0]?.wait).toBe(6);
});

it('any pattern of requests keeps to the rate', async () => {
  const cap = capped(20);
  for (let n = 0; n < 100; n++) {
    ask(cap, n % 3 === 0 ? 'pay' : 'read', n % 7);
    await pass((n * 37) % 190);
  }
  await pass(15_000);
  expect(mostInASecond()).toBeLessThanOrEqual(20);
  expect(left.length).toBeGreaterThan(150);
});

it('payments go before questions, which have a turn all the same', async () => {
  const cap = capped(10);
  ask(cap, 'read', 20);
  ask(cap, 'pay', 20);
  await pass(1_600);
  const order = left.map(({ what }) => what).slice(1, 13);
  expect(order.filter((what) => what === 'pay').length).toBeGreaterThanOrEqual(8);
  expect(order).toContain('read');
});

it('nobody waits for longer than was said', async () => {
  const cap = capped(2);
  ask(cap, 'read', 9);
  ask(cap, 'pay', 4);
  await pass(10_001);
  expect(cap.waiting).toBe(0);
  expect(left.length + turned.length).toBe(13);
  expect(Math.max(...left.filter(({ what }) => what === 'pay').map(({ at }) => at))).toBeLessThan(
    left[0]!.at + LONGEST.urgent + 1,
  );
});

it('without a cap all leave at once', async () => {
  ask(capped(null), 'pay', 1_000);
  await pass(0);
  expect(left).toHaveLength(1_000);
});

describe('When fewer are asked for', () => {
  it('nothing leaves for as long as was said, and then bit by bit', async () => {
    const cap = capped(20);
    cap.slowDown(2);
    ask(cap, 'pay', 20);
    await pass(1_999);
    expect(left).toEqual([]);
    await pass(1_000);
    expect(left.length).toBeGreaterThan(5);
    expect(left.length).toBeLessThanOrEqual(11);
  });

  it('the pause is longer for some than for others', async () => {
    const pauses = [0, 0.5, 1].map((luck) => {
      random = luck;
      const cap = capped(20);
      cap.slowDown(4);
      return cap.pause;
    });
    expect(pauses).toEqual([4_000, 4_500, 5_000]);
  });

  it('a pause that was not said grows each time, and those refused together count once', async () => {
    const cap = capped(20);
    for (let n = 0; n < 10; n++) cap.slowDown(null);
    expect(cap.pause).toBe(500);
    await pass(500);
    cap.slowDown(null);
    expect(cap.pause).toBe(1_000);
    await pass(60_000);
    ask(cap, 'pay');
    await pass(0);
    cap.slowDown(null);
    expect(cap.pause).toBe(500);
  });

  it('who would wait for too long is told at once when to come back', async () => {
    const cap = capped(20);
    cap.slowDown(30);
    ask(cap, 'pay');
    await pass(0);
    expect(turned).toEqual([{ what: 'pay', wait: 31 }]);
  });

  it('a thousand refused together do not come back together, also where no cap is set', async () => {
    const cap = capped(null);
    cap.slowDown(1);
    ask(cap, 'pay', 1_000);
    await pass(6_000);
    expect(mostInASecond()).toBeLessThanOrEqual(WITHOUT_CAP);
    await pass(20_000);
    left = [];
    ask(cap, 'pay', 500);
    await pass(0);
    expect(left).toHaveLength(500);
  });
});

const WITHOUT_CAP = 100;
