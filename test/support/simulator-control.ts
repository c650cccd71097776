import type Stripe from 'stripe';
import type { Fault, FaultDefinition } from '../../src/infrastructure/stripe-simulator/faults/faults';
import type { DeliveryRecord, EventRecord } from '../../src/infrastructure/stripe-simulator/core/records';
import type { JournalEntry } from '../../src/infrastructure/stripe-simulator/core/request-journal';
import type { Settings } from '../../src/infrastructure/stripe-simulator/core/settings';

export type { DeliveryRecord, EventRecord, FaultDefinition, JournalEntry };

/** All that the simulated Stripe knows, for an audit to compare with. */
export interface SimulatorState {
  account: string;
  payment_intents: Stripe.PaymentIntent[];
  charges: Stripe.Charge[];
  refunds: Stripe.Refund[];
  disputes: Stripe.Dispute[];
  payouts: Stripe.Payout[];
  balance_transactions: Stripe.BalanceTransaction[];
  events: EventRecord[];
  deliveries: DeliveryRecord[];
  webhook_endpoints: Stripe.WebhookEndpoint[];
}

/** Steers a running simulator. */
export class SimulatorControl {
  constructor(private readonly url: string) {}

  state(): Promise<SimulatorState> {
    return this.call('GET', 'state');
  }

  journal(): Promise<JournalEntry[]> {
    return this.call('GET', 'journal');
  }

  deliveries(): Promise<DeliveryRecord[]> {
    return this.call('GET', 'deliveries');
  }

  faults(): Promise<Fault[]> {
    return this.call('GET', 'faults');
  }

  fault(definition: FaultDefinition): Promise<Fault> {
    return this.call('POST', 'faults', definition);
  }

  async clearFaults(): Promise<void> {
    await this.call('DELETE', 'faults');
  }

  async removeFault(id: string): Promise<void> {
    await this.call('DELETE', `faults/${id}`);
  }

  async reset(): Promise<void> {
    await this.call('POST', 'reset');
  }

  settings(change: Partial<Settings>): Promise<Settings> {
    return this.call('POST', 'settings', change);
  }

  advanceClock(seconds: number): Promise<{ now: number }> {
    return this.call('POST', 'clock', { advanceSeconds: seconds });
  }

  /** What the customer did at the bank's challenge. */
  authenticate(paymentIntent: string, outcome: 'fail' | 'succeed'): Promise<Stripe.PaymentIntent> {
    return this.call('POST', `payment_intents/${paymentIntent}/authenticate`, { outcome });
  }

  /** A dispute as a cardholder begins it; by default over all that is left of the charge, as fraudulent. */
  openDispute(
    charge: string,
    request: { amount?: number; inquiry?: boolean; reason?: string } = {},
  ): Promise<Stripe.Dispute> {
    return this.call('POST', `charges/${charge}/dispute`, request);
  }

  /** What the bank decides; an inquiry that is lost or won is closed. */
  decideDispute(dispute: string, decision: 'escalate' | 'lose' | 'win'): Promise<Stripe.Dispute> {
    return this.call('POST', `disputes/${dispute}/decide`, { decision });
  }

  async pauseWebhooks(): Promise<void> {
    await this.call('POST', 'webhooks/pause');
  }

  async resumeWebhooks(): Promise<void> {
    await this.call('POST', 'webhooks/resume');
  }

  /** Sends one event again, that often, at once; answers what the receivers said. */
  async resend(event: string, times = 1): Promise<(number | string)[]> {
    const { answers } = await this.call<{ answers: (number | string)[] }>('POST', 'webhooks/resend', { event, times });
    return answers;
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}/_simulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${String(response.status)}: ${text}`);
    return JSON.parse(text) as T;
  }
}
