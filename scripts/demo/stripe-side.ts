import { setTimeout as sleep } from 'node:timers/promises';
import type Stripe from 'stripe';
import type { JournalEntry } from '../../src/infrastructure/stripe-simulator/core/request-journal';

interface State {
  readonly payment_intents: Stripe.PaymentIntent[];
  readonly charges: Stripe.Charge[];
}

const EFFECT_LIMIT = 3_000;

/** What Stripe knows of one reference. */
export interface Booked {
  readonly intents: readonly Stripe.PaymentIntent[];
  /** Those that took or reserved money. */
  readonly paid: readonly Stripe.Charge[];
  readonly declined: readonly Stripe.Charge[];
}

/** The simulator's own books and its control, which the service cannot reach. */
export class StripeSide {
  constructor(private readonly url: string) {}

  state(): Promise<State> {
    return this.call('GET', 'state');
  }

  /** @param payments their ids, which stand in the metadata of Stripe's intents. */
  async booked(...payments: string[]): Promise<Booked> {
    const { payment_intents, charges } = await this.state();
    const intents = payment_intents.filter(({ metadata }) => payments.includes(metadata.cashdesk_payment ?? ''));
    const theirs = charges.filter(({ payment_intent }) => intents.some(({ id }) => id === payment_intent));
    return {
      intents,
      paid: theirs.filter(({ status }) => status === 'succeeded'),
      declined: theirs.filter(({ status }) => status === 'failed'),
    };
  }

  /** Requests for a new payment intent that reached Stripe, each as often as it did. */
  async creations(): Promise<JournalEntry[]> {
    const journal = await this.call<JournalEntry[]>('GET', 'journal');
    return journal.filter(({ method, path }) => method === 'POST' && path === '/v1/payment_intents');
  }

  /** What the payer does on their bank's page. */
  async authenticate(intent: string): Promise<void> {
    await this.call('POST', `payment_intents/${intent}/authenticate`, { outcome: 'succeed' });
  }

  /** The next payment is charged, but its answer never leaves Stripe; nor does word of it by webhook. */
  async swallowNextAnswer(): Promise<void> {
    await this.call('POST', 'webhooks/pause');
    await this.call('POST', 'faults', {
      kind: 'timeout_after_effect',
      match: { method: 'POST', path: '/v1/payment_intents' },
    });
  }

  /** @returns the intent of the request whose answer was swallowed, once Stripe has carried it out. */
  async carriedOut(before: number): Promise<JournalEntry | null> {
    const until = Date.now() + EFFECT_LIMIT;
    while (Date.now() < until) {
      const entry = (await this.creations())[before];
      if (entry?.effect === true) return entry;
      await sleep(20);
    }
    return null;
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}/_simulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${await response.text()}`);
    return (await response.json()) as T;
  }
}
