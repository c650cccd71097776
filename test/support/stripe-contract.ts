import Stripe from 'stripe';
import { startSimulator, type RunningSimulator } from '../../src/infrastructure/stripe-simulator/simulator';

/** A Stripe that the contract is held against: the simulator, or real test mode. */
export interface Target {
  stripe: Stripe;
  /** For what the SDK hides, such as headers and broken forms. */
  url: string;
  key: string;
  /** Real test mode takes its time, and keeps what it was given. */
  real: boolean;
}

const API_VERSION = '2026-09-30.endive';
const REAL_KEY = process.env.STRIPE_CONTRACT_KEY ?? '';
export const NO_REAL_KEY =
  'STRIPE_CONTRACT_KEY is not set: the contract was held against the simulator only, NOT against Stripe test mode.';

/**
 * The same cases against the simulator and, when STRIPE_CONTRACT_KEY holds a test key, against Stripe itself. They say
 * what Stripe documents, so they use `/v1` alone: nothing that only the simulator has.
 */
export function contract(name: string, cases: (target: () => Target) => void): void {
  describe(`${name} (simulator)`, () => {
    let simulator: RunningSimulator;
    let target: Target;
    beforeAll(async () => {
      simulator = await startSimulator();
      target = simulatorTarget(simulator);
    });
    afterAll(() => simulator.close());
    cases(() => target);
  });
  if (REAL_KEY === '') return;
  if (!/^(sk|rk)_test_/.test(REAL_KEY))
    throw new Error('STRIPE_CONTRACT_KEY has to be a test key: sk_test_… or rk_test_…');
  describe(`${name} (Stripe test mode)`, () => {
    const target: Target = {
      stripe: new Stripe(REAL_KEY, { apiVersion: API_VERSION, maxNetworkRetries: 2, telemetry: false }),
      url: 'https://api.stripe.com',
      key: REAL_KEY,
      real: true,
    };
    cases(() => target);
  });
}

function simulatorTarget({ url, port }: RunningSimulator): Target {
  const key = 'sk_test_contract';
  const stripe = new Stripe(key, {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: 5_000,
    apiVersion: API_VERSION,
  });
  return { stripe, url, key, real: false };
}

/** A plain request with the target's key. */
export function send(
  target: Target,
  method: 'DELETE' | 'GET' | 'POST',
  path: string,
  options: { form?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${target.url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${target.key}`,
      'Stripe-Version': API_VERSION,
      ...(options.form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      ...options.headers,
    },
    ...(options.form === undefined ? {} : { body: options.form }),
  });
}

/** Reads again until it holds: within seconds at the simulator, within a minute at Stripe. */
export async function eventually<T>(target: Target, read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + (target.real ? 50_000 : 8_000);
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`never came true: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, target.real ? 1_000 : 15));
  }
}

/** The error that the call ends with. */
export async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
