import { RateCap } from '../../src/infrastructure/resilience/rate-cap';
import { startSimulator, type RunningSimulator } from '../../src/infrastructure/stripe-simulator/simulator';
import { secondsIn } from '../../src/infrastructure/stripe/single-attempt-http-client';
import { createStripeClient } from '../../src/infrastructure/stripe/stripe-client';
import { StripePaymentGateway } from '../../src/infrastructure/stripe/stripe-payment-gateway';
import { Attempt } from '../../src/domain/payment/attempt';
import { Payment } from '../../src/domain/payment/payment';
import { CHARGE, termsOf } from '../support/samples';
import { SimulatorControl, type FaultDefinition } from '../support/simulator-control';

/** A cap that notes what it is told. */
class Notes {
  turns: boolean[] = [];
  slowed: (number | null)[] = [];
  answer: number | null = null;

  async turn(urgent: boolean): Promise<number | null> {
    this.turns.push(urgent);
    return this.answer;
  }

  slowDown(seconds: number | null): void {
    this.slowed.push(seconds);
  }
}

let simulator: RunningSimulator;
let control: SimulatorControl;
let pace: Notes;
let gateway: StripePaymentGateway;
let numbered = 0;
beforeAll(async () => {
  simulator = await startSimulator();
  control = new SimulatorControl(simulator.url);
});
beforeEach(async () => {
  await control.reset();
  pace = new Notes();
  gateway = new StripePaymentGateway(createStripeClient({ secretKey: 'sk_test_1', apiUrl: simulator.url, pace }));
});
afterAll(() => simulator.close());

function send(through = gateway) {
  numbered += 1;
  const payment = Payment.create(`pay_${String(numbered)}`, termsOf(), new Date(), 'test');
  return through.send(payment, Attempt.send(`att_${String(numbered)}`, payment.id, 'api', CHARGE, new Date()));
}

it('what changes something asks for its turn before what only asks', async () => {
  await send();
  await gateway.read('pi_none');
  expect(pace.turns).toEqual([true, false]);
});

it('what would wait for too long is not sent, and says when to come back', async () => {
  pace.answer = 7;
  expect(await send()).toMatchObject({ kind: 'never_reached', because: 'rate_limited', retryAfter: 7 });
  expect(await gateway.read('pi_1')).toMatchObject({ kind: 'unavailable', because: 'rate_limited', retryAfter: 7 });
  expect(await control.journal()).toEqual([]);
});

it.each<[string, FaultDefinition, (number | null)[]]>([
  ['a limit that says how long', { kind: 'error', status: 429, retryAfter: 3 }, [3]],
  ['a limit of one endpoint', { kind: 'error', status: 429, reason: 'endpoint-rate' }, [1]],
  ['a limit that says nothing', { kind: 'plain_error', status: 429 }, [null]],
  ['a lock, which Stripe wants to have repeated', { kind: 'error', code: 'lock_timeout' }, []],
  ['a limit of one resource', { kind: 'error', status: 429, reason: 'resource-specific' }, []],
  ['a 500', { kind: 'error', status: 500 }, []],
])('%s slows down the others as it says', async (_what, fault, slowed) => {
  await control.fault(fault);
  await send();
  expect(pace.slowed).toEqual(slowed);
});

it.each([
  ['5', 5],
  ['0', null],
  ['soon', null],
  ['', null],
  [undefined, null],
])('Retry-After %s means %s', (header, seconds) => {
  expect(secondsIn(header)).toBe(seconds);
});

it('Retry-After may be a date', () => {
  expect(secondsIn(new Date(Date.now() + 10_000).toUTCString())).toBeGreaterThan(8);
});

it('many at once arrive at the rate, each once, and after a refusal for their number they do not come back together', async () => {
  const cap = new RateCap({ perSecond: 40, longestWait: { urgent: 20_000, later: 20_000 } });
  const capped = new StripePaymentGateway(
    createStripeClient({ secretKey: 'sk_test_1', apiUrl: simulator.url, pace: cap }),
  );
  await control.fault({ kind: 'error', status: 429, retryAfter: 1, skip: 10, times: 1 });
  const answers = await Promise.all(Array.from({ length: 60 }, () => send(capped)));
  const journal = (await control.journal()).map(({ at }) => new Date(at).getTime());
  expect(journal).toHaveLength(60);
  expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(59);
  const inASecond = journal.map((from) => journal.filter((at) => at >= from && at < from + 1_000).length);
  // The clock of the journal is another one than that of the cap.
  expect(Math.max(...inASecond)).toBeLessThanOrEqual(44);
});
