import type { EventFamilies } from './event-families';
import type { WebhookInbox } from './webhook-inbox';

/**
 * Works on a stored event. The event says only that something happened to an object: Stripe is asked how the object
 * stands now, so order, repetition and the event's API version do not matter.
 */
export class ProcessWebhook {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly families: EventFamilies,
  ) {}

  /** @throws GatewayUnavailable: try again later. */
  async execute(eventId: string): Promise<void> {
    const stored = await this.inbox.find(eventId);
    if (stored?.status !== 'received') return;
    const noEffect = await this.families.work(stored.event, `event:${eventId}`, (paymentId) =>
      this.inbox.close(eventId, 'processed', paymentId, null),
    );
    if (noEffect !== null) await this.inbox.close(eventId, noEffect.status, null, noEffect.note);
  }
}
