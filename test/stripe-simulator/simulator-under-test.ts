import Stripe from 'stripe';
import { startSimulator, type SimulatorOptions } from '../../src/infrastructure/stripe-simulator/simulator';
import { SimulatorControl } from '../support/simulator-control';

export interface SimulatorUnderTest {
  stripe: Stripe;
  control: SimulatorControl;
  url: string;
  port: number;
  close(): Promise<void>;
}

export function stripeClient(port: number, key = 'sk_test_simulator'): Stripe {
  return new Stripe(key, {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: 5_000,
    apiVersion: '2026-09-30.endive',
  });
}

export async function simulatorUnderTest(options: SimulatorOptions = {}): Promise<SimulatorUnderTest> {
  const simulator = await startSimulator(options);
  return {
    stripe: stripeClient(simulator.port),
    control: new SimulatorControl(simulator.url),
    url: simulator.url,
    port: simulator.port,
    close: () => simulator.close(),
  };
}

/** A payment that the server confirms, without redirects. */
export const confirmedPayment = {
  amount: 2_000,
  currency: 'gbp',
  payment_method: 'pm_card_visa',
  confirm: true,
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
} as const satisfies Stripe.PaymentIntentCreateParams;

export async function failure(promise: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** Sent without the SDK, which repeats a broken connection by itself. */
export function postForm(
  url: string,
  body: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body: new URLSearchParams(body),
    headers: { Authorization: 'Bearer sk_test_simulator', ...headers },
  });
}

export async function eventually<T>(read: () => Promise<T> | T, holds: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 8_000;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`never came true: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
