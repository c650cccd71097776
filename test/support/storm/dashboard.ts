import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import type { Street } from '../street';

const TRIES = 12;

/** People in Stripe's dashboard, who look up a payment and try again when Stripe fails them. */
export class Dashboard {
  readonly #stripe: Stripe.Stripe;

  constructor(street: Street) {
    const { hostname: host, port } = new URL(street.stripeUrl);
    this.#stripe = new Stripe('sk_test_dashboard', {
      host,
      port,
      protocol: 'http',
      maxNetworkRetries: 0,
      timeout: 3_000,
    });
  }

  /** @returns null where Stripe could not be asked for too long. */
  intentOf(paymentId: string): Promise<Stripe.PaymentIntent | null> {
    return this.persist(async () => {
      for await (const intent of this.#stripe.paymentIntents.list({ limit: 100 })) {
        if (intent.metadata.cashdesk_payment === paymentId) return intent;
      }
      throw new Error(`Stripe has no intent of ${paymentId}`);
    });
  }

  /** @returns null when it was refused, or nobody knows whether it was done. */
  async refund(intent: string, amount: number): Promise<Stripe.Refund | null> {
    const idempotencyKey = `dashboard ${intent} ${String(amount)}`;
    return this.persist(() => this.#stripe.refunds.create({ payment_intent: intent, amount }, { idempotencyKey }));
  }

  async payOut(amount: number, currency: string, idempotencyKey: string): Promise<Stripe.Payout | null> {
    return this.persist(() => this.#stripe.payouts.create({ amount, currency }, { idempotencyKey }));
  }

  private async persist<T>(work: () => Promise<T>): Promise<T | null> {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (tries === TRIES || error instanceof Stripe.errors.StripeInvalidRequestError) return null;
      }
      await sleep(250);
    }
  }
}
