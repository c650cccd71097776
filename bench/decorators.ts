import { join } from 'node:path';
import type { GatewayReading } from '../src/application/payment/payment-gateway';
import { GuardedPaymentGateway } from '../src/infrastructure/resilience/guarded-payment-gateway';
import { RateCap } from '../src/infrastructure/resilience/rate-cap';
import { StripePaymentGateway } from '../src/infrastructure/stripe/stripe-payment-gateway';
import { createStripeClient } from '../src/infrastructure/stripe/stripe-client';
import { PrometheusMetrics } from '../src/infrastructure/telemetry/prometheus-metrics';
import { StripeGuards } from '../src/infrastructure/wiring/stripe-guards';
import { untilClosed } from './ending';
import { overRounds, type Benchmark } from './figures';
import { Server } from './processes/start';
import { progress } from './progress';

const STRIPE = join(__dirname, '../src/infrastructure/stripe-simulator/main.js');
const ROUNDS = 9;
const CALLS = 400;
const INSTANT_CALLS = 20_000;
const KEY = 'sk_test_bench';
/** Enough that nothing waits, so that only what it costs to ask is measured. */
const UNLIMITED = { perSecond: 1_000_000, longestWait: { urgent: 1_000, later: 1_000 } };

/** Answers at once, without a request. */
class InstantPaymentGateway extends StripePaymentGateway {
  override read(): Promise<GatewayReading> {
    return Promise.resolve({ kind: 'missing' });
  }
}

interface Round {
  /** Of one call, in microseconds. */
  readonly call: number;
  readonly decorators: number;
}

/** What stands around a gateway, over one that answers at once, as a share of a call to the simulator without delay. */
export async function benchmark(): Promise<Benchmark> {
  const stripe = await Server.start(STRIPE, ['--port', '0', '--exit-with-stdin'], [], 'any');
  const close = untilClosed(() => stripe.stop());
  const apiUrl = `http://127.0.0.1:${String(stripe.port)}`;
  const guards = new StripeGuards(new PrometheusMetrics(), CALLS);
  try {
    const client = createStripeClient({ secretKey: KEY, apiUrl });
    const { id } = await client.paymentIntents.create({ amount: 2_000, currency: 'gbp' });
    const bare = new StripePaymentGateway(client);
    const instant = new InstantPaymentGateway(client);
    const decorated = new GuardedPaymentGateway(instant, guards.of('payment'));
    const rateCap = new RateCap(UNLIMITED);
    const round = async (): Promise<Round> => {
      const call = await each(CALLS, () => bare.read(id));
      const alone = await each(INSTANT_CALLS, () => instant.read());
      const around = await each(INSTANT_CALLS, async () => {
        await rateCap.turn(false);
        return decorated.read(id);
      });
      return { call, decorators: around - alone };
    };
    progress('decorators: warming up');
    await round();
    const rounds: Round[] = [];
    for (let n = 1; n <= ROUNDS; n += 1) {
      progress(`decorators: round ${String(n)} of ${String(ROUNDS)}`);
      rounds.push(await round());
    }
    return { name: 'Decorators', conditions: CONDITIONS, figures: figuresOf(rounds) };
  } finally {
    guards.onModuleDestroy();
    await close();
  }
}

const CONDITIONS = { rounds: ROUNDS, 'calls in each': CALLS, 'over a gateway that answers at once': INSTANT_CALLS };

function figuresOf(rounds: readonly Round[]) {
  const over = (name: string, unit: string, value: (round: Round) => number, most?: number) =>
    overRounds(name, unit, rounds.map(value), most === undefined ? undefined : { most });
  return [
    over('a call to the simulator, without decorators', 'µs', ({ call }) => call),
    over('breaker, bulkhead, rate cap and metrics of a call', 'µs', ({ decorators }) => decorators),
    over('their share of a call', '%', ({ call, decorators }) => (100 * decorators) / call, 2),
  ];
}

/** Microseconds of each, one after another. */
async function each(count: number, call: () => Promise<GatewayReading>): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < count; n += 1) await call();
  return ((performance.now() - start) * 1_000) / count;
}
