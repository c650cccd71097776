import type { GatewayAnswer } from '../../src/application/payment/payment-gateway';
import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import type { Guard } from '../../src/infrastructure/resilience/guard';
import { neverReached } from '../../src/infrastructure/resilience/instead';
import { PAUSE, watchedGuard, type Watch } from '../support/fakes/watched-guard';

const failure = { code: 'card_declined', declineCode: null, message: 'Your card was declined.' };
const about = { seen: null, request: null, replayed: false };
const DECLINED: GatewayAnswer = { kind: 'declined', failure, charge: null, ...about };
const REFUSED: GatewayAnswer = { kind: 'rejected', code: 'parameter_invalid', message: 'No.', ...about };
const LIMITED: GatewayAnswer = { kind: 'never_reached', because: 'rate_limited', message: 'Too many requests.' };
const AWAY: GatewayAnswer = { kind: 'never_reached', message: 'No connection to Stripe.' };
const LOST: GatewayAnswer = { kind: 'unknown', doubt: 'lost_answer', message: 'The answer was lost.' };
const WELL = { kind: 'accepted' } as GatewayAnswer;

let guard: Guard;
let watch: Watch;
let calls = 0;
beforeEach(() => {
  jest.useFakeTimers();
  ({ guard, watch } = watchedGuard());
  calls = 0;
});
afterEach(() => {
  guard.close();
  jest.useRealTimers();
});

function send(answer: GatewayAnswer, takes = 0): Promise<GatewayAnswer> {
  const call = async () => {
    calls += 1;
    if (takes > 0) await new Promise((resolve) => setTimeout(resolve, takes));
    return answer;
  };
  return guard.answer('create', 'write', call, neverReached);
}

async function sendAll(...answers: GatewayAnswer[]): Promise<void> {
  for (const answer of answers) await send(answer);
  await settled();
}

const settled = () => jest.advanceTimersByTimeAsync(0);
const times = <T>(count: number, what: T): T[] => Array.from({ length: count }, () => what);

async function open(): Promise<void> {
  await sendAll(...times(5, LOST));
  expect(guard.state).toBe('open');
  calls = 0;
}

async function halfOpen(): Promise<void> {
  await open();
  await jest.advanceTimersByTimeAsync(PAUSE);
  expect(guard.state).toBe('half_open');
}

describe('What is no outage', () => {
  it.each([
    ['declines', DECLINED],
    ['refusals', REFUSED],
    ['limits', LIMITED],
  ])('200 %s leave the breaker closed, with one call each', async (_what, answer) => {
    await sendAll(...times(200, answer));
    expect([guard.state, calls, guard.pause('create')]).toEqual(['closed', 200, null]);
  });

  it('four failures are too few to tell', async () => {
    await sendAll(...times(4, LOST));
    expect(guard.state).toBe('closed');
  });

  it('some failures among many successes leave it closed', async () => {
    await sendAll(...times(10, WELL), ...times(9, LOST));
    expect(guard.state).toBe('closed');
  });

  it('failures of a while ago are forgotten', async () => {
    await sendAll(...times(4, LOST));
    await jest.advanceTimersByTimeAsync(11_000);
    await sendAll(...times(4, LOST));
    expect(guard.state).toBe('closed');
  });

  it('a bug of ours says nothing of Stripe, and is thrown', async () => {
    for (let n = 0; n < 20; n++) {
      const call = () => Promise.reject(new TypeError('a bug'));
      await expect(guard.answer('create', 'write', call, neverReached)).rejects.toThrow('a bug');
    }
    await settled();
    expect([guard.state, watch.outcomes[0], watch.inFlight]).toEqual(['closed', null, 0]);
  });
});

describe('An outage', () => {
  it.each([
    ['lost answers', LOST],
    ['refused connections', AWAY],
  ])('of %s opens the breaker', async (_what, answer) => {
    await sendAll(...times(5, answer));
    expect([guard.state, watch.changes]).toEqual(['open', ['open']]);
  });

  it('is seen among declines, which are no successes', async () => {
    await sendAll(...times(200, DECLINED));
    for (let n = 0; n < 5; n++) await sendAll(DECLINED, DECLINED, DECLINED, LOST);
    expect(guard.state).toBe('open');
  });

  it('is seen by questions that throw', async () => {
    for (let n = 0; n < 5; n++) {
      const ask = () => Promise.reject(new GatewayUnavailable('no answer'));
      await expect(guard.value('list', 'read', ask)).rejects.toThrow('no answer');
    }
    await settled();
    expect(guard.state).toBe('open');
  });
});

describe('While it is open', () => {
  it('nothing is sent, and everybody is told when to come back', async () => {
    await open();
    await jest.advanceTimersByTimeAsync(1_500);
    expect(await send(WELL)).toEqual({
      kind: 'never_reached',
      because: 'unavailable',
      message: expect.stringContaining('not asked'),
      retryAfter: 4,
    });
    const question = guard.value('list', 'read', () => Promise.resolve([]));
    await expect(question).rejects.toMatchObject({ name: 'GatewayUnavailable', retryAfter: 4 });
    expect([calls, guard.pause('create')?.retryAfter, watch.turnedAway]).toEqual([
      0,
      4,
      ['create open', 'list open', 'create open'],
    ]);
  });
});

describe('Half open', () => {
  it('one of many is let through', async () => {
    await halfOpen();
    const answers = Promise.all(times(10, WELL).map((answer) => send(answer, 100)));
    await jest.advanceTimersByTimeAsync(100);
    expect((await answers).map(({ kind }) => kind)).toEqual(['accepted', ...times(9, 'never_reached')]);
    expect([calls, guard.state]).toEqual([1, 'closed']);
    await sendAll(...times(10, WELL));
    expect([calls, watch.changes]).toEqual([11, ['open', 'half_open', 'closed']]);
  });

  it('a failure opens it again, for another pause', async () => {
    await halfOpen();
    await sendAll(LOST);
    expect(guard.state).toBe('open');
    await sendAll(...times(10, WELL));
    expect(calls).toBe(1);
    await jest.advanceTimersByTimeAsync(PAUSE);
    await sendAll(WELL);
    expect([calls, guard.state]).toEqual([2, 'closed']);
  });

  it('a decline proves nothing, and the next call is a try as well', async () => {
    await halfOpen();
    await sendAll(DECLINED, LIMITED);
    expect([guard.state, calls]).toEqual(['half_open', 2]);
    await sendAll(WELL);
    expect([guard.state, calls]).toEqual(['closed', 3]);
  });

  it('what was sent before the outage was seen says nothing of now', async () => {
    const late = [send(LOST, 6_000), send(WELL, 6_000)];
    await halfOpen();
    await jest.advanceTimersByTimeAsync(1_000);
    await Promise.all(late);
    expect(guard.state).toBe('half_open');
    await sendAll(WELL);
    expect(guard.state).toBe('closed');
  });

  it('after a success failures are counted from the beginning', async () => {
    await halfOpen();
    await sendAll(WELL, ...times(3, LOST));
    expect(guard.state).toBe('closed');
  });
});

describe('Places', () => {
  it('questions that hang hold up no payment, and payments no question', async () => {
    ({ guard, watch } = watchedGuard({ atOnce: { write: 2, read: 2 } }));
    const ask = () => new Promise<string>((resolve) => setTimeout(resolve, 1_000, 'answered'));
    const questions = times(4, 0).map(() => guard.value('list', 'read', ask));
    await sendAll(WELL, WELL, WELL);
    expect(calls).toBe(3);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(await Promise.all(questions)).toEqual(times(4, 'answered'));
  });

  it('more than can be served soon are turned away, not kept waiting', async () => {
    ({ guard, watch } = watchedGuard({ atOnce: { write: 1, read: 1 } }));
    const sent = times(22, WELL).map((answer) => send(answer, 10));
    await jest.advanceTimersByTimeAsync(1_000);
    const answers = await Promise.all(sent);
    expect(answers.at(-1)).toMatchObject({ kind: 'never_reached', because: 'rate_limited', retryAfter: 1 });
    expect([calls, watch.turnedAway]).toEqual([21, ['create full']]);
  });

  it('who waits for a place is sent away when the breaker opens', async () => {
    ({ guard, watch } = watchedGuard({ atOnce: { write: 5, read: 1 } }));
    const sent = times(50, LOST).map((answer) => send(answer, 1_000));
    await jest.advanceTimersByTimeAsync(1_001);
    expect(guard.state).toBe('open');
    // Four went in while the breaker had not seen enough.
    await jest.advanceTimersByTimeAsync(1_000);
    await Promise.all(sent);
    expect([guard.state, calls, watch.inFlight]).toEqual(['open', 9, 0]);
    await jest.advanceTimersByTimeAsync(PAUSE);
    await sendAll(WELL);
    expect(guard.state).toBe('closed');
  });
});
