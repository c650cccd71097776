import { NO_REQUEST, type Engine } from '../core/engine';
import type { DeliveryRecord, DeliveryTry, EventRecord } from '../core/records';
import { sendWebhook } from './webhook-request';

const OLD_VERSION = '2020-08-27';
const REORDER_WINDOW_MS = 300;

/** Brings events to the endpoints; what is still pending when the process ends is taken up at the next start. */
export class WebhookDispatcher {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly busy = new Set<string>();
  private waitingForResume: string[] = [];
  private reordered: string[] = [];
  private reorderTimer: NodeJS.Timeout | null = null;
  private paused = false;
  private closed = false;

  constructor(private readonly engine: Engine) {}

  /** Deliveries of an earlier process that no endpoint has taken yet. */
  resumePending(): void {
    const pending = [...this.engine.parts.store.table('deliveries').values()].filter((row) => row.status === 'pending');
    for (const delivery of pending) this.schedule(delivery.id, 0);
  }

  start(deliveries: readonly string[]): void {
    for (const id of deliveries) {
      const delivery = this.pending(id);
      if (delivery === null) continue;
      if (delivery.fault?.kind === 'webhook_reorder') this.hold(id, delivery.fault.ms ?? REORDER_WINDOW_MS);
      else this.schedule(id, delivery.fault?.kind === 'webhook_delay' ? (delivery.fault.ms ?? 1_000) : 0);
    }
  }

  async deliverBeforeAnswer(deliveries: readonly string[]): Promise<void> {
    for (const id of deliveries) {
      if (this.pending(id)?.fault?.kind === 'webhook_before_answer') await this.deliver(id);
    }
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    const waiting = this.waitingForResume;
    this.waitingForResume = [];
    for (const id of waiting) this.schedule(id, 0);
  }

  /** The same event, at once and in parallel, whatever was delivered before; answers what each receiver said. */
  async resend(event: EventRecord, times: number): Promise<(number | string)[]> {
    const endpoints = [...this.engine.parts.store.table('webhook_endpoints').values()];
    const sends = endpoints.flatMap((endpoint) =>
      Array.from({ length: times }, () => this.send(endpoint.url, endpoint.secret, JSON.stringify(event, null, 2))),
    );
    return (await Promise.all(sends)).map((attempt) => attempt.status ?? attempt.error ?? 'no answer');
  }

  clear(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    if (this.reorderTimer !== null) clearTimeout(this.reorderTimer);
    this.reordered = [];
    this.waitingForResume = [];
    this.paused = false;
  }

  close(): void {
    this.clear();
    this.closed = true;
  }

  private pending(id: string): DeliveryRecord | null {
    const delivery = this.engine.parts.store.get('deliveries', id);
    return delivery?.status === 'pending' ? delivery : null;
  }

  private schedule(id: string, inMs: number): void {
    if (this.closed || this.timers.has(id)) return;
    const timer = setTimeout(() => {
      this.timers.delete(id);
      void this.deliver(id);
    }, inMs);
    this.timers.set(id, timer);
  }

  private hold(id: string, windowMs: number): void {
    this.reordered.push(id);
    if (this.reorderTimer !== null) clearTimeout(this.reorderTimer);
    this.reorderTimer = setTimeout(() => void this.releaseReversed(), windowMs);
  }

  private async releaseReversed(): Promise<void> {
    const held = this.reordered.reverse();
    this.reordered = [];
    for (const id of held) await this.deliver(id);
  }

  private async deliver(id: string): Promise<void> {
    const delivery = this.pending(id);
    if (delivery === null || this.closed || this.busy.has(id)) return;
    if (this.paused) {
      this.waitingForResume.push(id);
      return;
    }
    this.busy.add(id);
    const tries = await this.tryOnce(delivery);
    this.busy.delete(id);
    this.record(id, tries);
  }

  private async tryOnce(delivery: DeliveryRecord): Promise<DeliveryTry[]> {
    const { store } = this.engine.parts;
    const event = store.get('events', delivery.event);
    const endpoint = store.get('webhook_endpoints', delivery.endpoint);
    if (event === undefined || endpoint === undefined) {
      return [{ at: new Date().toISOString(), status: null, error: 'the endpoint was deleted' }];
    }
    const fault = delivery.fault;
    const shown = fault?.kind === 'webhook_old_version' ? { ...event, api_version: OLD_VERSION } : event;
    const payload = JSON.stringify(shown, null, 2);
    const first = delivery.tries.length === 0;
    const secret = fault?.kind === 'webhook_bad_signature' && first ? `${endpoint.secret}_wrong` : endpoint.secret;
    const copies = fault?.kind === 'webhook_double' && first ? fault.copies : 1;
    return Promise.all(Array.from({ length: copies }, () => this.send(delivery.url, secret, payload)));
  }

  private async send(url: string, secret: string, payload: string): Promise<DeliveryTry> {
    const at = new Date().toISOString();
    try {
      const timeoutMs = this.engine.parts.settings.webhookTimeoutMs;
      return { at, status: await sendWebhook({ url, secret, payload, timeoutMs }), error: null };
    } catch (error) {
      return { at, status: null, error: error instanceof Error ? error.message : String(error) };
    }
  }

  private record(id: string, tries: DeliveryTry[]): void {
    const { store, settings } = this.engine.parts;
    const delivery = store.get('deliveries', id);
    // The simulator may have been closed, or reset, while the endpoint was asked.
    if (this.closed || delivery?.status !== 'pending') return;
    const made = [...delivery.tries, ...tries];
    const delivered = tries.every(({ status }) => status !== null && status >= 200 && status < 300);
    const deleted = store.get('webhook_endpoints', delivery.endpoint) === undefined;
    const gaveUp = !delivered && (deleted || made.length >= settings.webhookMaxTries);
    this.engine.execute(NO_REQUEST, ({ tx }) => {
      tx.put('deliveries', {
        ...delivery,
        tries: made,
        status: delivered ? 'delivered' : gaveUp ? 'failed' : 'pending',
      });
      const event = tx.get('events', delivery.event);
      if (delivered && event !== undefined) {
        tx.put('events', { ...event, pending_webhooks: Math.max(0, event.pending_webhooks - 1) });
      }
    });
    if (delivered || gaveUp) return;
    const waits = settings.webhookBackoffMs;
    this.schedule(id, waits[Math.min(made.length, waits.length) - 1] ?? 1_000);
  }
}
