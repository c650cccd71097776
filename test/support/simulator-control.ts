import type Stripe from 'stripe';
import type { FaultDefinition } from '../../src/infrastructure/stripe-simulator/faults/fault-definition';
import type { Fault } from '../../src/infrastructure/stripe-simulator/faults/faults';
import type {
  DeliveryRecord,
  EventRecord,
  TableName,
  Tables,
} from '../../src/infrastructure/stripe-simulator/core/records';
import type { JournalEntry, RequestOutcome } from '../../src/infrastructure/stripe-simulator/core/request-journal';
import type { Settings } from '../../src/infrastructure/stripe-simulator/core/settings';

export type { DeliveryRecord, EventRecord, FaultDefinition, JournalEntry };

type OwnTable = 'attempts' | 'idempotency' | 'meta' | 'tasks' | 'webhook_endpoints';

/** All that the simulated Stripe knows, for an audit to compare with. */
export type SimulatorState = { [N in Exclude<TableName, OwnTable>]: Tables[N][] } & {
  account: string;
  webhook_endpoints: Stripe.WebhookEndpoint[];
};

/** A state that can be put back. */
export interface SavedState {
  account: string;
  tables: { [N in TableName]: Tables[N][] };
}

export interface Drill {
  name: string;
  does: string;
  faults: FaultDefinition[];
  active: boolean;
  set: ListedFault[];
}

export type ListedFault = Fault & { active: boolean };

interface ClockState {
  now: number;
  iso: string;
  aheadSeconds: number;
}

interface JournalFilter {
  method?: string;
  path?: string;
  since?: string;
  outcome?: RequestOutcome;
}

interface DeliveryFilter {
  event?: string;
  endpoint?: string;
  status?: DeliveryRecord['status'];
  type?: string;
}

interface ControlRouteShown {
  method: string;
  path: string;
  does: string;
  asks?: string[];
  takes?: string[] | string;
}

/** Steers a running simulator. */
export class SimulatorControl {
  constructor(private readonly url: string) {}

  state(): Promise<SimulatorState> {
    return this.call('GET', 'state');
  }

  savedState(): Promise<SavedState> {
    return this.call('GET', 'state?full');
  }

  /** Replaces all state by the saved one. */
  async restore(state: SavedState): Promise<void> {
    await this.call('POST', 'seed', state);
  }

  /** Begins the luck of probabilities anew. */
  async seedRandom(random: number): Promise<void> {
    await this.call('POST', 'seed', { random });
  }

  async routes(): Promise<ControlRouteShown[]> {
    return (await this.call<{ routes: ControlRouteShown[] }>('GET', '')).routes;
  }

  journal(filter: JournalFilter = {}): Promise<JournalEntry[]> {
    return this.call('GET', `journal${queryOf(filter)}`);
  }

  async clearJournal(): Promise<void> {
    await this.call('DELETE', 'journal');
  }

  deliveries(filter: DeliveryFilter = {}): Promise<DeliveryRecord[]> {
    return this.call('GET', `deliveries${queryOf(filter)}`);
  }

  faults(): Promise<ListedFault[]> {
    return this.call('GET', 'faults');
  }

  fault(definition: FaultDefinition): Promise<ListedFault> {
    return this.call('POST', 'faults', definition);
  }

  drills(): Promise<Drill[]> {
    return this.call('GET', 'drills');
  }

  drill(name: string): Promise<{ name: string; does: string; set: ListedFault[] }> {
    return this.call('POST', `drills/${name}`);
  }

  /** Of all drills, unless one is named. */
  async endDrill(name?: string): Promise<void> {
    await this.call('DELETE', name === undefined ? 'drills' : `drills/${name}`);
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

  settings(change: Partial<Settings> = {}): Promise<Settings> {
    return this.call('POST', 'settings', change);
  }

  currentSettings(): Promise<Settings> {
    return this.call('GET', 'settings');
  }

  clock(): Promise<ClockState> {
    return this.call('GET', 'clock');
  }

  advanceClock(seconds: number): Promise<ClockState> {
    return this.call('POST', 'clock', { advanceSeconds: seconds });
  }

  /** Forward, to a time in seconds or as text. */
  setClock(to: number | string): Promise<ClockState> {
    return this.call('POST', 'clock', { to });
  }

  /** The answer holds the new secret; the old one signs along for that long. */
  rollSecret(endpoint: string, expiresInSeconds?: number): Promise<Stripe.WebhookEndpoint & { secret: string }> {
    return this.call(
      'POST',
      `webhook_endpoints/${endpoint}/roll_secret`,
      expiresInSeconds === undefined ? {} : { expiresInSeconds },
    );
  }

  /** What the customer did at the bank's challenge. */
  authenticate(paymentIntent: string, outcome: 'fail' | 'succeed'): Promise<Stripe.PaymentIntent> {
    return this.call('POST', `payment_intents/${paymentIntent}/authenticate`, { outcome });
  }

  authenticateSetup(setupIntent: string, outcome: 'fail' | 'succeed'): Promise<Stripe.SetupIntent> {
    return this.call('POST', `setup_intents/${setupIntent}/authenticate`, { outcome });
  }

  /** A dispute as a cardholder begins it; by default over all that is left of the charge, as fraudulent. */
  openDispute(
    charge: string,
    request: { amount?: number; inquiry?: boolean; reason?: string } = {},
  ): Promise<Stripe.Dispute> {
    return this.call('POST', `charges/${charge}/dispute`, request);
  }

  /** What the bank decides; an inquiry that is lost or won is closed. A lost one may return a part. */
  decideDispute(dispute: string, decision: 'escalate' | 'lose' | 'win', returned?: number): Promise<Stripe.Dispute> {
    return this.call('POST', `disputes/${dispute}/decide`, {
      decision,
      ...(returned === undefined ? {} : { returned }),
    });
  }

  /** What the bank, the customer or the merchant's dashboard makes of a refund; one that succeeded may still fail. */
  decideRefund(refund: string, decision: 'cancel' | 'fail' | 'succeed', reason?: string): Promise<Stripe.Refund> {
    return this.call('POST', `refunds/${refund}/decide`, { decision, ...(reason === undefined ? {} : { reason }) });
  }

  async pauseWebhooks(): Promise<void> {
    await this.call('POST', 'webhooks/pause');
  }

  async resumeWebhooks(): Promise<void> {
    await this.call('POST', 'webhooks/resume');
  }

  /** Sends one event again, that often, at once, to all endpoints or one; answers what the receivers said. */
  async resend(event: string, times = 1, endpoint?: string): Promise<(number | string)[]> {
    const body = { event, times, ...(endpoint === undefined ? {} : { endpoint }) };
    return (await this.call<{ answers: (number | string)[] }>('POST', 'webhooks/resend', body)).answers;
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

function queryOf(filter: object): string {
  const entries = Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]);
  const query = new URLSearchParams(entries).toString();
  return query === '' ? '' : `?${query}`;
}
