import { NO_REQUEST, type Engine } from '../core/engine';
import type { DeliveryRecord, DeliveryTry, EventRecord, WebhookEndpointRecord } from '../core/records';
import { newId } from '../core/ids';
import { DeliveryLanes } from './delivery-lanes';
import { payloadOf } from './payload';
import { liveSecrets, signature } from './signature';
import { WebhookSender } from './webhook-request';

const REORDER_WINDOW_MS = 300;
/** Until the data file is tried again that could not be written. */
const KEEPING_WAIT_MS = 1_000;

/** Brings events to the endpoints; what is still pending when the process ends is taken up at the next start. */
export class WebhookDispatcher {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly busy = new Set<string>();
  private readonly sender = new WebhookSender();
  private readonly lanes: DeliveryLanes;
  private waitingForResume: string[] = [];
  private reordered: string[] = [];
  private reorderTimer: NodeJS.Timeout | null = null;
  private paused = false;
  private closed = false;

  constructor(private readonly engine: Engine) {
    this.lanes = new DeliveryLanes(
      () => engine.parts.settings.webhookParallel,
      (id) => this.deliver(id),
    );
  }

  /** Deliveries of an earlier process that no endpoint has taken yet. */
  resumePending(): void {
    for (const delivery of this.engine.parts.store.table('deliveries').values()) {
      if (delivery.status === 'pending') this.enqueue(delivery.id);
    }
  }

  start(deliveries: readonly string[]): void {
    for (const id of deliveries) {
      // Sent before the answer and not taken: its next try is set already.
      if (this.timers.has(id)) continue;
      const fault = this.pending(id)?.fault ?? null;
      if (fault?.kind === 'webhook_reorder') this.hold(id, fault.ms ?? REORDER_WINDOW_MS);
      else if (fault?.kind === 'webhook_delay') this.enqueueLater(id, fault.ms ?? 1_000);
      else this.enqueue(id);
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
    for (const id of waiting) this.enqueue(id);
  }

  /** The same event, at once and in parallel, whatever was delivered before; answers what each receiver said. */
  async resend(event: EventRecord, times: number, only: string | null): Promise<(number | string)[]> {
    const endpoints = [...this.engine.parts.store.table('webhook_endpoints').values()].filter(
      ({ id }) => only === null || id === only,
    );
    const answers = await Promise.all(
      endpoints.map(async (endpoint) => {
        const tries = await Promise.all(Array.from({ length: times }, () => this.sendTo(endpoint, event)));
        this.recordResent(event, endpoint, tries);
        return tries;
      }),
    );
    return answers.flat().map((made) => made.status ?? made.error ?? 'no answer');
  }

  clear(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.lanes.clear();
    if (this.reorderTimer !== null) clearTimeout(this.reorderTimer);
    this.reordered = [];
    this.waitingForResume = [];
    this.paused = false;
  }

  close(): void {
    this.clear();
    this.closed = true;
    this.sender.close();
  }

  private pending(id: string): DeliveryRecord | null {
    const delivery = this.engine.parts.store.get('deliveries', id);
    return delivery?.status === 'pending' ? delivery : null;
  }

  private enqueue(id: string): void {
    const delivery = this.pending(id);
    if (delivery !== null && !this.closed) this.lanes.add(delivery.endpoint, id);
  }

  private enqueueLater(id: string, inMs: number): void {
    if (this.closed || this.timers.has(id)) return;
    const timer = setTimeout(() => {
      this.timers.delete(id);
      this.enqueue(id);
    }, inMs);
    this.timers.set(id, timer);
  }

  private hold(id: string, windowMs: number): void {
    this.reordered.push(id);
    if (this.reorderTimer !== null) clearTimeout(this.reorderTimer);
    this.reorderTimer = setTimeout(() => void this.releaseReversed(), windowMs);
  }

  /** One after the other, or they would overtake each other again. */
  private async releaseReversed(): Promise<void> {
    const held = this.reordered.reverse();
    this.reordered = [];
    for (const id of held) await this.deliver(id);
  }

  private async deliver(id: string): Promise<void> {
    if (this.closed || this.busy.has(id)) return;
    this.busy.add(id);
    try {
      await this.attempt(id);
    } catch (error) {
      process.stderr.write(`stripe simulator: ${error instanceof Error ? error.message : String(error)}\n`);
      // The endpoint may have taken it, but that could not be kept.
      this.enqueueLater(id, KEEPING_WAIT_MS);
    } finally {
      this.busy.delete(id);
    }
  }

  private async attempt(id: string): Promise<void> {
    const delivery = this.pending(id);
    if (delivery === null) return;
    if (this.paused) {
      this.waitingForResume.push(id);
      return;
    }
    const { store } = this.engine.parts;
    const event = store.get('events', delivery.event);
    const endpoint = store.get('webhook_endpoints', delivery.endpoint);
    if (event === undefined || endpoint?.status !== 'enabled') {
      this.giveUp(delivery);
      return;
    }
    this.record(id, await this.tryOnce(delivery, event, endpoint));
  }

  private tryOnce(
    delivery: DeliveryRecord,
    event: EventRecord,
    endpoint: WebhookEndpointRecord,
  ): Promise<DeliveryTry[]> {
    const { fault } = delivery;
    const first = delivery.tries.length === 0;
    const copies = fault?.kind === 'webhook_double' && first ? fault.copies : 1;
    return Promise.all(
      Array.from({ length: copies }, () => this.sendTo(endpoint, event, first ? fault : withoutFirstTry(fault))),
    );
  }

  private async sendTo(
    endpoint: WebhookEndpointRecord,
    event: EventRecord,
    fault: DeliveryRecord['fault'] = null,
  ): Promise<DeliveryTry> {
    const { store, settings, clock } = this.engine.parts;
    const at = new Date().toISOString();
    const begun = performance.now();
    const took = (): number => Math.round(performance.now() - begun);
    try {
      const payload = payloadOf(event, endpoint, fault, store);
      const secrets = liveSecrets(endpoint, clock.nowMs());
      const signing = fault?.kind === 'webhook_bad_signature' ? secrets.map((secret) => `${secret}_wrong`) : secrets;
      const { status, body } = await this.sender.send({
        url: endpoint.url,
        payload,
        signature: signature(payload, signing),
        timeoutMs: settings.webhookTimeoutMs,
      });
      return { at, durationMs: took(), status, answer: body, error: null };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { at, durationMs: took(), status: null, answer: '', error: message };
    }
  }

  private record(id: string, tries: readonly DeliveryTry[]): void {
    const { store, settings } = this.engine.parts;
    const delivery = store.get('deliveries', id);
    // The simulator may have been closed or reset, or the event sent again by hand, while the endpoint was asked.
    if (this.closed || delivery === undefined) return;
    const made = [...delivery.tries, ...tries];
    if (delivery.status !== 'pending') {
      this.put({ ...delivery, tries: made });
    } else if (tries.every(isTaken)) {
      this.put({ ...delivery, tries: made, status: 'delivered' });
    } else if (made.length >= settings.webhookMaxTries) {
      this.put({ ...delivery, tries: made, status: 'failed' });
    } else {
      this.put({ ...delivery, tries: made });
      const waits = settings.webhookBackoffMs;
      this.enqueueLater(id, waits[Math.min(made.length, waits.length) - 1] ?? 1_000);
    }
  }

  /** What was sent again by hand stands in the same log, and ends the tries if it was taken. */
  private recordResent(event: EventRecord, endpoint: WebhookEndpointRecord, tries: readonly DeliveryTry[]): void {
    if (this.closed || this.engine.parts.store.get('events', event.id) === undefined) return;
    const known = this.engine.parts.store
      .table('deliveries')
      .where('event', event.id)
      .find((delivery) => delivery.endpoint === endpoint.id);
    const delivery: DeliveryRecord = known ?? {
      id: newId('whd'),
      event: event.id,
      event_type: event.type,
      endpoint: endpoint.id,
      url: endpoint.url,
      status: 'failed',
      tries: [],
      fault: null,
    };
    this.put({
      ...delivery,
      tries: [...delivery.tries, ...tries],
      status: tries.some(isTaken) ? 'delivered' : delivery.status,
    });
  }

  /** The endpoint was deleted or disabled: Stripe tries no more. */
  private giveUp(delivery: DeliveryRecord): void {
    const error = 'the endpoint was deleted or disabled';
    const made: DeliveryTry = { at: new Date().toISOString(), durationMs: 0, status: null, answer: '', error };
    this.put({ ...delivery, tries: [...delivery.tries, made], status: 'failed' });
  }

  private put(delivery: DeliveryRecord): void {
    this.engine.execute(NO_REQUEST, ({ tx }) => {
      const before = tx.get('deliveries', delivery.id);
      tx.put('deliveries', delivery);
      const event = tx.get('events', delivery.event);
      if (delivery.status !== 'delivered' || before === undefined || event === undefined) return;
      if (before.status === 'delivered') return;
      tx.put('events', { ...event, pending_webhooks: Math.max(0, event.pending_webhooks - 1) });
    });
  }
}

function isTaken({ status }: DeliveryTry): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** A wrong signature strikes once, so that the endpoint can still be told. */
function withoutFirstTry(fault: DeliveryRecord['fault']): DeliveryRecord['fault'] {
  return fault?.kind === 'webhook_bad_signature' ? null : fault;
}
