import {
  WebhookInbox,
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
}

export class InMemoryInbox extends WebhookInbox {
  readonly #kept = new Map<string, Kept>();
  /** The events that a job was enqueued for. */
  readonly jobs: string[] = [];

  override async store(event: StripeEvent): Promise<boolean> {
    const known = this.#kept.get(event.id);
    if (known !== undefined) {
      known.deliveries += 1;
      return false;
    }
    this.#kept.set(event.id, { event, status: 'received', paymentId: null, note: null, deliveries: 1 });
    this.jobs.push(event.id);
    return true;
  }

  override async find(id: string): Promise<{ status: WebhookStatus; event: StripeEvent } | null> {
    return this.#kept.get(id) ?? null;
  }

  override async close(
    id: string,
    status: WebhookStatus,
    paymentId: string | null,
    note: string | null,
  ): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept?.status === 'received') Object.assign(kept, { status, paymentId, note });
  }

  override async noteFailure(id: string, note: string): Promise<void> {
    Object.assign(this.#kept.get(id)!, { note });
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
