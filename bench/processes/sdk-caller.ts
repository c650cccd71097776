import { createStripeClient } from '../../src/infrastructure/stripe/stripe-client';
import type { LoadFigures } from './load';

/** Payments made by the SDK alone, with the options that the service gives it: what cannot be saved. */
export interface SdkOrder {
  connections: number;
  requests: number;
  confirm: boolean;
}

export type SdkReport = (LoadFigures & { cpuMs: number }) | { problem: string };

const stripe = createStripeClient({ secretKey: 'sk_test_bench', apiUrl: process.argv[2] ?? '' });
let made = 0;

/** The parameters that the service sends for the same payment. */
async function create(confirm: boolean): Promise<void> {
  made += 1;
  const key = `bench-${String(process.pid)}-${String(made)}`;
  await stripe.paymentIntents.create(
    {
      amount: 4_999,
      currency: 'gbp',
      capture_method: 'automatic_async',
      automatic_payment_methods: { enabled: true, ...(confirm ? { allow_redirects: 'never' } : {}) },
      metadata: { cashdesk_payment: key, cashdesk_attempt: key, cashdesk_reference: key },
      ...(confirm ? { confirm: true, payment_method: 'pm_card_visa' } : {}),
      expand: ['latest_charge'],
    },
    { idempotencyKey: key },
  );
}

async function carryOut({ connections, requests, confirm }: SdkOrder): Promise<LoadFigures & { cpuMs: number }> {
  const latencies: number[] = [];
  let sent = 0;
  const caller = async (): Promise<void> => {
    while (sent < requests) {
      sent += 1;
      const asked = performance.now();
      await create(confirm);
      latencies.push(performance.now() - asked);
    }
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, caller));
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, latencies, cpuMs: (user + system) / 1_000 };
}

process.on('message', (order: SdkOrder) => {
  carryOut(order).then(
    (figures) => process.send?.(figures satisfies SdkReport),
    (error: unknown) => process.send?.({ problem: String(error) } satisfies SdkReport),
  );
});
process.send?.('ready');
