import type { EventFamilies } from './event-families';
import type { WebhookInbox } from './webhook-inbox';

/**
 * Works on what was stored of a subject. An event says only that something happened to an object: Stripe is asked how the
 * object stands now, so order, repetition and the event's API version do not matter, and one look serves all that wait.
 * An event that comes after they were read has another turn.
 */
export class ProcessWebhook {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly families: EventFamilies,
  ) {}

  /** @throws GatewayUnavailable: try again later. */
  async execute(subject: string): Promise<void> {
    for (const { event, ids, family } of this.families.group(await this.inbox.waiting(subject))) {
      const noEffect = await family.work(event, `event:${event.id}`, (paymentId) =>
        this.inbox.close(ids, 'processed', paymentId, null),
      );
      if (noEffect !== null) await this.inbox.close(ids, noEffect.status, null, noEffect.note);
    }
  }
}
