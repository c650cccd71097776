import {
  subjectOf,
  WebhookInbox,
  type KnownEvent,
  type StripeEvent,
  type WebhookStatus,
  type WebhookView,
} from '../../../src/application/webhook/webhook-inbox';
import { NOON } from '../samples';

interface Kept {
  readonly event: StripeEvent;
  status: WebhookStatus;
  paymentId: string | null;
  note: string | null;
  deliveries: number;
  readonly came: WebhookView['came'];
}

export class InMemoryInbox extends WebhookInbox {
  readonly #kept = new Map<string, Kept>();
  /** What jobs were enqueued for. */
  readonly jobs: string[] = [];

  override async store(event: StripeEvent): Promise<boolean> {
    const known = this.#kept.get(event.id);
    if (known !== undefined) {
      known.deliveries += 1;
      return false;
    }
    this.#kept.set(event.id, {
      event,
      status: 'received',
      paymentId: null,
      note: null,
      deliveries: 1,
      came: 'delivered',
    });
    this.jobs.push(subjectOf(event));
    return true;
  }

  override async storeFetched(events: readonly StripeEvent[]): Promise<number> {
    const fresh = events.filter(({ id }) => !this.#kept.has(id));
    for (const event of fresh) {
      this.#kept.set(event.id, {
        event,
        status: 'received',
        paymentId: null,
        note: null,
        deliveries: 0,
        came: 'fetched',
      });
      this.jobs.push(subjectOf(event));
    }
    return fresh.length;
  }

  override async waiting(subject: string): Promise<KnownEvent[]> {
    const kept = [...this.#kept.values()].filter(({ status }) => status === 'received');
    return kept.map(({ event }) => event).filter((event) => subjectOf(event) === subject);
  }

  override async close(
    ids: readonly string[],
    status: WebhookStatus,
    paymentId: string | null,
    note: string | null,
  ): Promise<void> {
    for (const id of ids) {
      const kept = this.#kept.get(id);
      if (kept?.status === 'received') Object.assign(kept, { status, paymentId, note });
    }
  }

  override async enqueueForgotten(): Promise<void> {
    throw new Error('jobs are not kept here');
  }

  override async noteFailure(subject: string, note: string): Promise<void> {
    for (const { id } of await this.waiting(subject)) Object.assign(this.#kept.get(id)!, { note });
  }

  override async list(): Promise<WebhookView[]> {
    const all = await Promise.all([...this.#kept.keys()].map((id) => this.show(id)));
    return all.filter((view) => view !== null);
  }

  override async show(id: string): Promise<WebhookView | null> {
    const kept = this.#kept.get(id);
    if (kept === undefined) return null;
    const { event, ...rest } = kept;
    const { type, objectId, apiVersion } = event;
    const at = NOON.toISOString();
    return { id, type, objectId, apiVersion, ...rest, createdAt: at, receivedAt: at, processedAt: null };
  }
}
